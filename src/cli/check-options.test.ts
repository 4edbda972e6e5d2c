import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { readConfig } from '../project/config.ts';
import { checkConfig } from './check-settings.ts';
import { inProcess } from './in-process.ts';

const bare = 'fixtures/check/kinds/20-bare-cluster';

describe('options of pgdrill check', () => {
  let folder: string;
  const check = (...words: string[]) => inProcess(['check', ...words]);
  const rulesIn = (out: string) => (JSON.parse(out) as { rule: string }[]).map(({ rule }) => rule);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgdrill-check-'));
    cpSync(bare, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('--list names the rules', async () => {
    const { exitCode, out } = await check('--list');
    expect(exitCode).to.equal(0);
    expect(out).to.match(/^wal-archive-missing +warning +Cluster without an archive of its WAL$/m);
  });

  it('--rule and --skip choose, and refuse a name that is not that of a rule', async () => {
    const only = await check(folder, '--format', 'json', '--rule', 'wal-unbounded,resources-missing');
    expect(rulesIn(only.out).sort()).to.eql(['resources-missing', 'wal-unbounded']);
    const rest = await check(folder, '--format', 'json', '--skip', 'wal-unbounded');
    expect(rulesIn(rest.out)).to.include('resources-missing').and.not.include('wal-unbounded');
    const { exitCode, err } = await check(folder, '--skip', 'wal-unbound');
    expect(exitCode).to.equal(3);
    expect(err).to.contain('expected the name of a rule, but got wal-unbound (did you mean wal-unbounded?)');
  });

  it('have the defaults of the configuration where none says anything', async () => {
    expect(await checkConfig({})).to.eql((await readConfig({}, {})).check);
  });

  it('follow the environment, which is checked as a whole', async () => {
    expect(await checkConfig({ PGDRILL_STACK: 'lab' })).to.eql(await checkConfig({}));
    const error = await checkConfig({ PGDRILL_STACK: 'nowhere' }).catch((one: Error) => one);
    expect((error as Error).message).to.contain('the configuration (pgdrill.config.yaml, PGDRILL_… or options)');
  });

  it('need no schema of the configuration or of a baseline where there is none', () => {
    const hook =
      "import { registerHooks } from 'node:module'; registerHooks({ load: (url, context, next) => {" +
      " if (url.includes('/zod/')) console.error('loads', url); return next(url, context); } });";
    const words = [
      '--import',
      `data:text/javascript,${encodeURIComponent(hook)}`,
      resolve('src/cli/main.ts'),
      'check',
      folder,
    ];
    // Neither a configuration in the current folder nor the environment of other tests.
    const clean = { encoding: 'utf8', cwd: folder, env: { PATH: process.env.PATH } } as const;
    const load = (...more: string[]) => spawnSync(process.execPath, [...words, ...more], clean).stderr;
    expect(load()).not.to.contain('loads');
    const known = join(folder, 'known.json');
    expect(load('--write-baseline', known)).to.contain('loads');
  });

  it('--fail-on sets the level that ends with 1', async () => {
    const code = async (level: string) => (await check(folder, '--fail-on', level)).exitCode;
    expect([await code('error'), await code('warning'), await code('never')]).to.eql([0, 1, 0]);
  });

  it('--write-baseline keeps what is found, and --baseline reports only what is new', async () => {
    const file = join(folder, 'baseline.json');
    expect((await check(folder, '--write-baseline', file)).exitCode).to.equal(0);
    const same = await check(join(folder, 'cluster.yaml'), folder, '--baseline', file);
    expect(same.out).to.contain('5 findings in the baseline');
    expect(same.exitCode).to.equal(0);
    writeFileSync(
      join(folder, 'cluster.yaml'),
      `${readFileSync(join(folder, 'cluster.yaml'), 'utf8')}  failoverDelay: 30\n`,
    );
    const more = await check(folder, '--baseline', file);
    expect(more.out.match(/\[[a-z-]+\]$/gm)).to.eql(['[failover-delayed]']);
    writeFileSync(file, '{}');
    expect((await check(folder, '--baseline', file)).err).to.contain('expected a baseline in ');
  });

  it('--write-baseline removes entries that are gone, so that a value that returns is reported', async () => {
    const file = join(folder, 'baseline.json');
    const cluster = readFileSync(join(folder, 'cluster.yaml'), 'utf8');
    const delayed = (seconds: number) =>
      writeFileSync(join(folder, 'cluster.yaml'), seconds > 0 ? `${cluster}  failoverDelay: ${seconds}\n` : cluster);
    delayed(30);
    await check(folder, '--write-baseline', file);
    delayed(300);
    const worse = await check(folder, '--baseline', file);
    expect(worse).to.include({ exitCode: 1 });
    expect(worse.out.replace(/\s+/g, ' ')).to.contain('It was baselined with another value.');
    delayed(0);
    expect((await check(folder, '--baseline', file)).err)
      .to.contain('1 finding of ')
      .and.contain('is gone');
    expect((await check(folder, '--write-baseline', file)).out).to.contain('(0 new or with another value, 1 removed)');
    delayed(30);
    expect((await check(folder, '--baseline', file)).exitCode).to.equal(1);
  });

  it('--baseline takes the file of an earlier pgdrill, and says once that it should be written again', async () => {
    const file = join(folder, 'baseline.json');
    await check(folder, '--write-baseline', file);
    const { findings } = JSON.parse(readFileSync(file, 'utf8')) as { findings: { values?: string[] }[] };
    for (const entry of findings) delete entry.values;
    writeFileSync(file, JSON.stringify({ version: 1, findings }));
    const { exitCode, err } = await check(folder, '--baseline', file);
    expect(exitCode).to.equal(0);
    expect(err.match(/--write-baseline/g)).to.have.length(1);
  });

  it('--fix changes the files until only placeholders are left', async () => {
    const file = join(folder, 'cluster.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('instances: 3', 'instances: 3 # one a zone'));
    const { err } = await check(folder, '--fix');
    expect(err).to.match(/^Applied \d+ changes to 1 files\.$/m);
    const left = await check(folder, '--format', 'json');
    expect(rulesIn(left.out).sort()).to.eql(['resources-missing', 'wal-archive-missing']);
    expect(readFileSync(file, 'utf8'))
      .to.contain('instances: 3 # one a zone')
      .and.contain('podAntiAffinityType: required');
    expect((await inProcess(['check', '-', '--fix'], 'kind: A\n')).exitCode).to.equal(3);
  });

  it('--cnpg-version leaves out rules of later releases, and refuses what is not a version', async () => {
    const entry = 'fixtures/check/kinds/13-any-one-of-two';
    const found = async (version: string) =>
      rulesIn((await check(entry, '--format', 'json', '--cnpg-version', version)).out);
    expect(await found('1.28')).to.eql(['synchronous-without-quorum']);
    expect(await found('1.26.1')).to.eql([]);
    expect((await check(entry, '--cnpg-version', 'latest')).exitCode).to.equal(3);
  });

  it('--stdin-filename names the file that standard input holds', async () => {
    const text = readFileSync(join(bare, 'cluster.yaml'), 'utf8');
    const { out } = await inProcess(['check', '-', '--stdin-filename', join(folder, 'cluster.yaml')], text);
    expect(out).to.contain(`${folder}/cluster.yaml:4:3: warning: `);
  });

  it('reads its section of the configuration', async () => {
    const before = process.cwd();
    writeFileSync(
      join(folder, 'pgdrill.config.yaml'),
      'check:\n  skip: [resources-missing]\n  severities: { wal-archive-missing: error }\n  failOn: error\n',
    );
    process.chdir(folder);
    try {
      const { out, exitCode } = await check('cluster.yaml', '.', '--format', 'json');
      expect(rulesIn(out)).not.to.include('resources-missing');
      expect(out).to.match(/"rule": "wal-archive-missing",\s+"severity": "error"/);
      expect(exitCode).to.equal(1);
      expect((await check('.', '--skip', 'wal-archive-missing')).exitCode).to.equal(0);
    } finally {
      process.chdir(before);
    }
  });

  it('ends with 0 for files of other kinds, and names a file that is not YAML', async () => {
    const service = join(folder, 'service.yaml');
    writeFileSync(service, 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n');
    expect(await check(service)).to.include({ exitCode: 0, out: 'Nothing here is CloudNativePG’s (1 file).\n' });
    writeFileSync(service, 'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nspec: [\n');
    const broken = await check(service);
    expect(broken.exitCode).to.equal(3);
    expect(broken.err).to.match(/service\.yaml:\d+:\d+: expected YAML, but: /);
    // Beside a Cluster that is judged it is named, and the check has not been made in full.
    const both = await check(folder, '--fail-on', 'error');
    expect(both.out).to.contain('note: ').and.contain('expected YAML');
    expect(both.exitCode).to.equal(3);
  });
});
