import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { ownCommand } from '../project/own-name.ts';
import { inProcess } from './in-process.ts';

const cluster = (rest: string) =>
  `apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: pg, namespace: shop }\nspec:\n  instances: 3\n  storage: { size: 1Gi }\n${rest}`;

describe('what pgdrill init says about the manifests', () => {
  const before = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pgdrill-init-'));
    mkdirSync(join(folder, '.git'));
    mkdirSync(join(folder, 'deploy'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  it('counts what would fail the first job, and names the baseline and the local command of the gate', async () => {
    writeFileSync('deploy/pg.yaml', cluster('  failoverDelay: 30\n'));
    const { out, exitCode } = await inProcess(['init']);
    expect(exitCode).to.equal(0);
    expect(out).to.match(/^Today \d+ warnings? in 1 file fails? the first CI job \(fail-on: warning\)\. /m);
    expect(out).to.contain(`${ownCommand} check deploy --write-baseline check-baseline.json`);
    expect(out).to.contain(`${ownCommand} ci first-drill --manifests deploy (npm run gate)`);
    const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts;
    expect(scripts).to.include({ gate: 'pgdrill ci first-drill --manifests deploy' });
  });

  it('writes lines that accept the findings once their comment signs are gone', async () => {
    writeFileSync('deploy/pg.yaml', cluster('  failoverDelay: 30\n'));
    await inProcess(['init']);
    await inProcess(['check', 'deploy', '--write-baseline', 'check-baseline.json']);
    const config = readFileSync('pgdrill.config.yaml', 'utf8');
    const lines = config.slice(config.indexOf('# check:')).replace(/^# /gm, '');
    expect(parse(lines)).to.eql({ check: { failOn: 'warning', baseline: 'check-baseline.json' } });
    writeFileSync('pgdrill.config.yaml', `${config}${lines}`);
    expect((await inProcess(['ci', '--manifests', 'deploy'])).exitCode).to.equal(0);
    expect((await inProcess(['init'])).out).not.to.contain('Today');
  });

  it('says nothing about findings without manifests', async () => {
    const { out } = await inProcess(['init']);
    expect(out).not.to.contain('Today');
    expect(out).to.contain(`${ownCommand} ci first-drill (npm run gate)`);
  });
});
