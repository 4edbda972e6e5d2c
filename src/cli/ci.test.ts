/** `pgdrill ci` on manifests alone: the same judgement as `check`, by the same configuration. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';

const main = join(process.cwd(), 'src/cli/main.ts');

/** Read with seconds first: hourly. */
const hourly = `apiVersion: postgresql.cnpg.io/v1
kind: ScheduledBackup
metadata: { name: nightly, namespace: shop }
spec: { schedule: "0 2 * * *", cluster: { name: pg } }
`;

describe('pgdrill ci', function suite() {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-ci-'));
    await writeFile(join(folder, 'cluster.yaml'), hourly);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const call = (...words: string[]) =>
    execa(process.execPath, [main, ...words], {
      cwd: folder,
      all: true,
      reject: false,
      env: { GITHUB_STEP_SUMMARY: join(folder, 'summary.md'), GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: folder },
    });

  it('fails on findings, annotates their lines and writes the summary', async () => {
    const { all, exitCode } = await call('ci', '--manifests', '.');
    expect(exitCode, all).to.equal(1);
    expect(all).to.match(/^::(error|warning) file=cluster\.yaml,line=\d+,title=/m);
    expect(await readFile(join(folder, 'summary.md'), 'utf8')).to.match(
      /### Manifests: \d+ errors?[^\n]*\n\n\| \| finding/,
    );
    expect(all).to.match(/\nFAIL check: .*in 1 file fails? this job \(fail-on: warning\)$/);
    const reported = await call('ci', '--manifests', '.', '--check', 'report');
    expect(reported.exitCode).to.equal(0);
    expect(reported.all).not.to.contain('FAIL');
  });

  it('follows the configuration: a baseline, the level that fails, rules that are skipped', async () => {
    await call('check', '.', '--write-baseline', 'baseline.json');
    const configured = async (check: object) => {
      await writeFile(join(folder, 'pgdrill.config.yaml'), JSON.stringify({ check }));
      return call('ci', '--manifests', 'cluster.yaml');
    };
    const accepted = await configured({ baseline: 'baseline.json' });
    expect(accepted.exitCode, accepted.all).to.equal(0);
    expect((await configured({ failOn: 'never' })).exitCode).to.equal(0);
    expect((await configured({})).exitCode).to.equal(1);
    const unknown = await configured({ skip: ['no-such-rule'] });
    expect(unknown.exitCode, unknown.all).to.equal(3);
  });

  it('refuses manifests that are not YAML, and folders that do not exist', async () => {
    await writeFile(join(folder, 'cluster.yaml'), 'apiVersion: postgresql.cnpg.io/v1\nkind: [Cluster\n');
    expect((await call('ci', '--manifests', 'cluster.yaml')).exitCode).to.equal(3);
    expect((await call('ci', '--manifests', 'none')).exitCode).to.equal(3);
  });
});
