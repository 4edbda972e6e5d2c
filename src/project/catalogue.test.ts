import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';
import { SetupError, UsageError } from '../errors.ts';
import { scenario } from '../index.ts';
import { findScenario, readCatalogue } from './catalogue.ts';

const body = (name: string, asks = 'What of it?') =>
  `import { scenario } from 'pgdrill';\nexport default scenario({ name: '${name}', asks: '${asks}', needs: [], limits: { lostWrites: { max: 0 } }, async drill() {} });\n`;

describe('the catalogue of scenarios', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-catalogue-'));
    await writeFile(join(folder, 'of-mine.ts'), body('of-mine'));
    await writeFile(join(folder, 'steady.ts'), body('steady', 'Mine?'));
  });
  after(() => rm(folder, { recursive: true }));

  it('lists a user’s scenarios, who import from pgdrill, with those built in that they do not replace', async () => {
    const { listed } = await readCatalogue(folder);
    const names = listed.map(({ scenario }) => scenario.name);
    expect(names).to.include.members(['of-mine', 'primary-crash']);
    expect(names).to.have.lengthOf(new Set(names).size);
    expect(listed.find(({ scenario }) => scenario.name === 'steady')?.scenario.asks).to.equal('Mine?');
  });

  it('finds scenarios in folders by theme, and loads none of the helpers beside them', async () => {
    const network = join(folder, 'network');
    await mkdir(network);
    await writeFile(join(network, 'one-way.ts'), body('one-way'));
    await writeFile(join(network, 'helper.ts'), `throw new Error('a helper was loaded');\n`);
    const { listed, broken } = await readCatalogue(folder);
    expect(listed.map(({ scenario }) => scenario.name)).to.include('one-way');
    expect(broken).to.deep.equal([]);
    const themes = Object.fromEntries(listed.map(({ scenario, theme }) => [scenario.name, theme]));
    expect(themes).to.include({ 'one-way': 'network', 'of-mine': undefined, 'primary-crash': 'failover' });
    expect((await findScenario(folder, 'one-way')).file).to.equal(join(network, 'one-way.ts'));
  });

  it('finds one by its name or by the path of its file', async () => {
    expect((await findScenario(folder, 'primary-crash')).scenario.name).to.equal('primary-crash');
    expect((await findScenario('nowhere', join(folder, 'of-mine.ts'))).scenario.name).to.equal('of-mine');
  });

  it('finds a built-in scenario by the path that it had before it moved into a folder, and no other missing file', async () => {
    const { scenario, file } = await findScenario(folder, join(process.cwd(), 'scenarios/primary-crash.ts'));
    expect([scenario.name, basename(dirname(file))]).to.deep.equal(['primary-crash', 'failover']);
    const elsewhere = await findScenario(folder, join(folder, 'primary-crash.ts')).catch(
      (error: Error) => error.message,
    );
    expect(elsewhere).to.match(/^there is no scenario .*primary-crash\.ts/);
  });

  it('refuses a name that two files have, and names both; either is found by its path', async () => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    await writeFile(join(folder, 'twice.ts'), body('twice'));
    await writeFile(join(disk, 'once-more.ts'), body('twice', 'Again?'));
    // A name of a built-in scenario that is ambiguous does not fall back to the built-in one.
    await writeFile(join(disk, 'steady-too.ts'), body('steady'));
    const said = async (name: string) => findScenario(folder, name).catch((error: unknown) => error);
    const refused = await said('twice');
    expect(refused).to.be.instanceOf(UsageError);
    expect(String(refused)).to.contain(
      `2 files hold a scenario of the name twice: ${join(disk, 'once-more.ts')} and ${join(folder, 'twice.ts')}; rename all but one`,
    );
    expect(String(await said('steady'))).to.contain('2 files hold a scenario of the name steady');
    expect((await findScenario(folder, join(disk, 'once-more.ts'))).scenario.asks).to.equal('Again?');
    const { listed } = await readCatalogue(folder);
    expect(listed.map(({ scenario }) => scenario.name))
      .not.to.include.members(['twice'])
      .and.not.include('steady');
    await rm(disk, { recursive: true });
    await rm(join(folder, 'twice.ts'));
  });

  it('gives the modules that are running, not a second copy of them', async () => {
    await writeFile(
      join(folder, 'same.ts'),
      `${body('same')}import * as mine from 'pgdrill';\nexport const theirs = mine.scenario;\n`,
    );
    const { file } = await findScenario(folder, 'same');
    expect(((await import(file)) as { theirs: unknown }).theirs).to.equal(scenario);
  });

  it('says what to import in place of a name that pgdrill does not export', async () => {
    const refusal = async (name: string) => {
      const file = join(folder, `imports-${name.toLowerCase()}.ts`);
      await writeFile(file, `import { ${name} } from 'pgdrill';\nexport default ${name};\n`);
      const error = await findScenario(folder, file).catch((reason: Error) => reason.message);
      await rm(file);
      return error;
    };
    expect(await refusal('scenaro')).to.match(/it imports scenaro from pgdrill, .* \(did you mean scenario\?\)$/);
    expect(await refusal('defineScenario')).to.match(/which does not export it; it is called scenario$/);
  });

  describe('beside files that are not scenarios', () => {
    let mixed: string;
    const exports: Readonly<Record<string, [string, string]>> = {
      'a-word.ts': ["export default 'steady';", 'its default export is not a scenario'],
      'a-function.ts': ['export default () => {};', 'its default export is not a scenario'],
      'a-promise.ts': ['export default Promise.resolve({ drill() {} });', 'its default export is not a scenario'],
      'nothing.ts': ['export const drill = 1;', 'its default export is not a scenario'],
      'a-look-alike.ts': ['export default { drill() {} };', 'scenario unnamed is not valid'],
      'torn.ts': ['export default scenario({', 'cannot be loaded'],
      'throws-a-word.ts': ["throw 'a word';", 'cannot be loaded: a word'],
      'exits.ts': ['process.exit(0);', 'cannot be loaded: the scenario called process.exit(0)'],
    };
    beforeEach(async () => {
      mixed = await mkdtemp(join(tmpdir(), 'pgdrill-mixed-'));
      await writeFile(join(mixed, 'whole.ts'), body('whole'));
      for (const [name, [text]] of Object.entries(exports)) await writeFile(join(mixed, name), text);
    });
    afterEach(() => rm(mixed, { recursive: true }));

    it('lists those that are, and says of each other file what is wrong with it', async () => {
      const { listed, broken } = await readCatalogue(mixed);
      expect(listed.map(({ scenario }) => scenario.name)).to.include.members(['whole', 'steady']);
      const why = Object.fromEntries(broken.map((one) => [basename(one.file), one.why.message]));
      expect(Object.keys(why)).to.have.members(Object.keys(exports));
      for (const [name, [, sentence]] of Object.entries(exports)) expect(why[name], name).to.contain(sentence);
    });

    it('finds one that is, and never one built in where a file of that name is broken', async () => {
      expect((await findScenario(mixed, 'whole')).scenario.name).to.equal('whole');
      await writeFile(join(mixed, 'steady.ts'), 'export default 7;');
      const meant = await findScenario(mixed, 'steady').catch((error: unknown) => error);
      expect(meant).to.be.instanceOf(UsageError);
      expect((meant as Error).message).to.contain('steady.ts should export default scenario');
      const exits = await findScenario(mixed, 'exits').catch((error: unknown) => error);
      expect(exits).to.be.instanceOf(SetupError);
      const unknown = await findScenario(mixed, 'nowhere').catch((error: Error) => error.message);
      expect(unknown).to.contain('there is no scenario nowhere').and.contain('torn.ts cannot be loaded');
      expect(unknown).to.match(/; known: .*whole; built in: .*primary-crash/);
    });
  });

  it('asks questions that hold for every strength and length of the fault, which a copy of a scenario may change', async () => {
    const asked = (await readCatalogue('scenarios')).listed.map(({ scenario }) => scenario.asks);
    const strength = /\b(a|one) (tenth|third|quarter|half)\b|\d+ ?(%|ms|s|seconds|minutes|Mbit)\b/;
    expect('when a tenth of the packets is lost', 'planted').to.match(strength);
    expect(asked.filter((question) => strength.test(question))).to.deep.equal([]);
  });

  it('has those built in where the default folder is not there, and refuses another that is not', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect((await readCatalogue('scenarios')).listed.map(({ scenario }) => scenario.name)).to.include('steady');
      const refusal = await readCatalogue('drills').catch((error: Error) => error.message);
      expect(refusal).to.contain('the folder of scenarios drills cannot be read');
    } finally {
      process.chdir(before);
    }
  });
});
