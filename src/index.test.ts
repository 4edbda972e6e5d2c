/** The public API as another program uses it. */
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { execa } from 'execa';
import { judge, readRunFile, render, run, stack, UsageError } from './index.ts';

const stored = 'fixtures/journals/primary-crash-passed';

/** The modules that a fresh process loads for an import, by their URLs. */
const loading = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  await import(process.argv[1]);
  console.log(loaded.join('\\n'));
`;

describe('the public API', () => {
  it('loads little for a scenario: no library of programs, drivers or charts', async () => {
    const { stdout } = await execa(process.execPath, [
      '--input-type=module',
      '-e',
      loading,
      `${process.cwd()}/src/index.ts`,
    ]);
    const loaded = stdout.split('\n');
    const own = loaded.filter((url) => url.startsWith('file:') && !url.includes('/node_modules/'));
    expect(own.length).to.be.within(5, 60);
    const others = loaded.filter((url) => /\/node_modules\/(?!zod\/|fastest-levenshtein\/)/.test(url));
    expect(others).to.deep.equal([]);
  });

  it('judges a stored run as its verdict says, under its own limits or others', async () => {
    const journal = await readRunFile(stored);
    const verdict = judge(journal);
    expect(verdict.outcome).to.equal('pass');
    expect(verdict.sentence).to.equal(JSON.parse(await readFile(`${stored}/verdict.json`, 'utf8')).sentence);
    expect(judge(journal, { writeOutageMs: { max: 1 } }).outcome).to.equal('fail');
  });

  it('renders a run in every format, from the journal alone or from its folder', async () => {
    expect(await render(stored, 'html')).to.match(/^<!doctype html>/i);
    const journal = await readRunFile(stored);
    expect(await render(journal, 'junit')).to.contain('<testsuite');
    expect(JSON.parse(await render(journal, 'json')).verdict.outcome).to.equal('pass');
    const failed = judge(journal, { writeOutageMs: { max: 1 } });
    expect(await render(journal, 'markdown', failed)).to.contain('FAIL');
  });

  it('refuses bad input in one sentence', async () => {
    const refused = async (doing: Promise<unknown>): Promise<string> => {
      const error = await doing.catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(UsageError);
      return (error as Error).message;
    };
    expect(await refused(render(stored, 'htm' as 'html'))).to.equal(
      'there is no report format htm (did you mean html?)',
    );
    expect(await refused(render('none', 'html'))).to.contain('there is no run at none');
    expect(await refused(readRunFile('src'))).to.contain('holds no run.ndjson');
    expect(await refused(stack('cluster' as 'lab'))).to.contain('pgdrill run');
    expect(await refused(stack('docker' as 'lab'))).to.contain('known: lab, k3s, cluster');
    expect(await refused(run({ scenario: 'primary-crsh' }))).to.contain('did you mean primary-crash?');
    expect(await refused(run({ scenario: 'primary-crash', changed: { ttl: '1' } }))).to.contain('20 or more');
  });
});
