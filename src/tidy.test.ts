/** Rules of the house that no linter knows. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';

const filesOf = (folder: string, matches: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => matches.test(name))
    .map((name) => join(folder, name));
const sources = filesOf('src', /\.ts$/);
const text = (file: string) => readFileSync(file, 'utf8');
/** Lines that are neither blank nor comment. */
const codeLines = (file: string) =>
  text(file)
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\/?\*|$)/.test(line));

describe('the house', () => {
  it('has no source file of more than 300 lines', () => {
    expect(sources.filter((file) => text(file).split('\n').length > 301)).to.deep.equal([]);
  });

  it('has no scenario of more than 40 lines', () => {
    expect(
      filesOf('scenarios', /^(?!k6|studies)([a-z0-9-]+\/)?[a-z0-9-]+\.ts$/).filter(
        (file) => codeLines(file).length > 40,
      ),
    ).to.deep.equal([]);
  });

  it('keeps measures, reports and the isolation check pure: no I/O, no clock, no randomness', () => {
    const impure =
      /from '(node:(fs|net|http|https|child_process|timers|worker_threads|os)|pg|execa)[/'\w]*|Date\.now|new Date\(\)|Math\.random|performance\.now|hrtime/;
    const pure = sources.filter(
      (file) => /^src\/(measure|report|isolation)\//.test(file) && !/\.(test|e2e)\.ts$/.test(file),
    );
    expect(pure.length).to.be.greaterThan(2);
    expect(pure.filter((file) => impure.test(text(file)))).to.deep.equal([]);
  });

  it('breaks nothing but through stacks/inject.ts, which records first how to undo it', () => {
    const calls = (code: string): boolean => /\.breakIt\b/.test(code);
    const callers = sources.filter((file) => !/\.(test|e2e)\.ts$/.test(file) && calls(text(file)));
    expect(callers).to.deep.equal(['src/stacks/inject.ts']);
    expect(calls('const prepared = await fault.prepare(); await prepared.breakIt();'), 'a planted call').to.equal(true);
    expect(calls('const cut = prepared.breakIt; await cut();'), 'a planted reference').to.equal(true);
  });

  it('has no fault, no rule and no report format that its registry forgets', () => {
    const words = filesOf('src/faults/words', /^(?!index)[a-z-]+\.ts$/);
    const names = new Set(words.map((file) => basename(file)));
    const rendersRun = /^export (function|const) render\w+[^\n]*\(run: Run, verdict: Verdict/m;
    const registries: Readonly<Record<string, readonly string[]>> = {
      'src/faults/words/index.ts': words,
      'src/report/index.ts': filesOf('src/report', /(?<!\.test)\.ts$/).filter((file) => rendersRun.test(text(file))),
      'src/check/rules/all.ts': filesOf('src/check/rules', /^(?!(all|index|try-rule)\.)[a-z-]+\.ts$/),
      ...Object.fromEntries(
        ['lab', 'k3s', 'cluster'].map((stack) => [
          `src/stacks/${stack}/faults/words.ts`,
          filesOf(`src/stacks/${stack}/faults`, /^[a-z-]+\.ts$/).filter((file) => names.has(basename(file))),
        ]),
      ),
    };
    const forgotten = (registry: string, files: readonly string[]) =>
      files.filter((file) => !text(registry).includes(`/${basename(file)}'`));
    for (const [registry, files] of Object.entries(registries)) {
      expect(files, registry).not.to.have.lengthOf(0);
      expect(forgotten(registry, files), registry).to.deep.equal([]);
      expect(forgotten(registry, ['planted.ts']), registry).to.deep.equal(['planted.ts']);
    }
  });

  it('leaves the checkout clean after a run: what commands write under reports/ is ignored, and nothing else there is kept', () => {
    const git = (...words: string[]) => spawnSync('git', words, { encoding: 'utf8' });
    if (git('rev-parse').status !== 0) return; // an unpacked archive has no repository to keep clean
    const written = [
      'history.ndjson',
      'index.html',
      '20261122-163000-primary-crash-lab-7f3a/run.ndjson',
      'gate/junit.xml',
    ];
    for (const name of written) expect(git('check-ignore', `reports/${name}`).status, name).to.equal(0);
    const kept = git('ls-files', 'reports').stdout.split('\n').filter(Boolean);
    expect(kept.filter((name) => !name.startsWith('reports/examples/'))).to.deep.equal([]);
  });

  it('records no download address in the lock file', () => {
    expect(text('package-lock.json')).not.to.contain('"resolved"');
  });
});
