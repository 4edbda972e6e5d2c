import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { scenario } from '../index.ts';
import { findScenario, listScenarios } from './catalogue.ts';

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
    const listed = await listScenarios(folder);
    const names = listed.map(({ scenario }) => scenario.name);
    expect(names).to.include.members(['of-mine', 'primary-crash']);
    expect(names).to.have.lengthOf(new Set(names).size);
    expect(listed.find(({ scenario }) => scenario.name === 'steady')?.scenario.asks).to.equal('Mine?');
  });

  it('finds one by its name or by the path of its file', async () => {
    expect((await findScenario(folder, 'primary-crash')).scenario.name).to.equal('primary-crash');
    expect((await findScenario('nowhere', join(folder, 'of-mine.ts'))).scenario.name).to.equal('of-mine');
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

  it('has those built in where the default folder is not there, and refuses another that is not', async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect((await listScenarios('scenarios')).map(({ scenario }) => scenario.name)).to.include('steady');
      const refusal = await listScenarios('drills').catch((error: Error) => error.message);
      expect(refusal).to.contain('the folder of scenarios drills cannot be read');
    } finally {
      process.chdir(before);
    }
  });
});
