/** Names in journals, manifests and arguments come from anywhere: no command sends one to a terminal or a CI log as it is. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { inProcess } from './in-process.ts';

const forged = 'pg\u001b[2J\r\n::error::forged\n##[error]x\n##vso[task.complete]\u009b1A\u202e';

/** Lines that a terminal or a CI system would obey. A line break ends a line; the rest of what is hidden may not be there. */
const obeyed = (text: string): string[] =>
  text.split('\n').filter((line) => /^\s*::|##(\[|vso\[|teamcity\[)|[^\P{Cc}\t]|[\p{Zl}\p{Zp}\u202e]/u.test(line));

describe('a forged name', () => {
  let folder: string;
  const run = (): string => join(folder, 'run');
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgdrill-forged-'));
    mkdirSync(run());
    const journal = gunzipSync(readFileSync('fixtures/journals/wipe-and-rejoin-passed/run.ndjson.gz')).toString();
    const name = JSON.stringify(forged);
    const spoilt = journal
      .replaceAll(/"(pg1|pooler1|direct)"/g, name)
      .replaceAll(/"(asks|proof|detail|text|path|command)":"[^"]*"/g, (_, field) => `"${field}":${name}`);
    expect(spoilt).to.contain('::error::forged');
    writeFileSync(join(run(), 'run.ndjson'), spoilt);
    writeFileSync(join(folder, 'pooler.yaml'), poolerNamed(forged));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const calls: Readonly<Record<string, () => string[]>> = {
    judge: () => ['judge', run(), '--stored-limits'],
    'judge --json': () => ['judge', run(), '--stored-limits', '--json'],
    ...Object.fromEntries(
      ['html', 'json', 'junit', 'markdown'].map((format) => [
        `report --format ${format}`,
        () => ['report', run(), '--format', format],
      ]),
    ),
    evidence: () => ['evidence', run()],
    compare: () => ['compare', run(), run()],
    check: () => ['check', join(folder, 'pooler.yaml')],
    'check --format json': () => ['check', join(folder, 'pooler.yaml'), '--format', 'json'],
    'check --format sarif': () => ['check', join(folder, 'pooler.yaml'), '--format', 'sarif'],
    'check --format junit': () => ['check', join(folder, 'pooler.yaml'), '--format', 'junit'],
    'check of a file that is not there': () => ['check', join(folder, forged)],
    'a run that is not there': () => ['judge', join(folder, forged)],
    'a scenario that is not there': () => ['plan', forged],
    'an option that does not exist': () => ['list', `--${forged}`],
    'an argument too many': () => ['judge', run(), forged],
    'a value that is not one of the choices': () => ['report', run(), '--format', forged],
    'a command that does not exist': () => [forged],
    'a setting that does not exist': () => ['plan', '--with', `${forged}=1`],
    'a limit that does not exist': () => ['judge', run(), '--limit', `${forged}=1`],
    'a stack that does not exist': () => ['plan', '--stack', forged],
  };
  for (const [name, words] of Object.entries(calls))
    it(`is not obeyed where it is printed: ${name}`, async () => {
      const { all } = await inProcess(words());
      expect(all).not.to.equal('');
      expect(obeyed(all)).to.deep.equal([]);
    }).timeout(90_000);

  it('is not obeyed where GitHub reads annotations, and these are given', async () => {
    const before = process.env.GITHUB_ACTIONS;
    process.env.GITHUB_ACTIONS = 'true';
    try {
      const { out } = await inProcess(['ci', '--manifests', join(folder, 'pooler.yaml')]);
      const commands = obeyed(out);
      expect(commands).not.to.deep.equal([]);
      for (const line of commands) expect(line).to.match(/^::(error|warning|notice) file=[^:]*pooler\.yaml,line=\d+,/);
      expect(commands.join('\n')).to.contain('%0A::error::forged');
    } finally {
      if (before === undefined) delete process.env.GITHUB_ACTIONS;
      else process.env.GITHUB_ACTIONS = before;
    }
  });
});

/** A pooler in whose settings something is found. */
const poolerNamed = (name: string): string =>
  [
    'apiVersion: postgresql.cnpg.io/v1',
    'kind: Pooler',
    `metadata: { name: ${JSON.stringify(name)}, namespace: db }`,
    'spec:',
    '  cluster: { name: pg }',
    '  instances: 1',
    '  type: rw',
    '  pgbouncer: { poolMode: session }',
    '',
  ].join('\n');
