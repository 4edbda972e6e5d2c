import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { findScenario } from '../project/catalogue.ts';
import { readConfig } from '../project/config.ts';
import { guessCi, writeProject } from './write.ts';

describe('pgdrill init', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-init-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const text = (file: string) => readFile(join(folder, file), 'utf8');

  it('writes a scenario and a configuration that this program takes', async () => {
    expect((await writeProject(folder, 'none')).every(({ kept }) => !kept)).to.equal(true);
    const { scenario } = await findScenario(join(folder, 'scenarios'), 'first-drill');
    expect(scenario.limits.writeOutageMs).to.deep.equal({ max: 30_000 });
    expect(await readConfig({}, {}, join(folder, 'pgdrill.config.yaml'))).to.include({ stack: 'lab', out: 'reports' });
    expect(JSON.parse(await text('package.json'))).to.include({ type: 'module' });
  });

  it('leaves every file that is there as it is, and says so', async () => {
    await mkdir(join(folder, 'scenarios'));
    await writeFile(join(folder, 'package.json'), 'mine');
    const written = await writeProject(folder, 'gitlab');
    expect(written.filter(({ kept }) => kept)).to.deep.equal([{ file: 'package.json', kept: true }]);
    expect(await text('package.json')).to.equal('mine');
    expect((await writeProject(folder, 'gitlab')).every(({ kept }) => kept)).to.equal(true);
  });

  it('knows a project of GitLab by its file', async () => {
    expect(guessCi(folder)).to.equal('github');
    await writeFile(join(folder, '.gitlab-ci.yml'), '');
    expect(guessCi(folder)).to.equal('gitlab');
  });

  it('writes recipes that run the gate and keep its artefacts whatever comes of it', async () => {
    await writeProject(folder, 'github');
    await writeProject(folder, 'gitlab');
    const { jobs } = parse(await text('.github/workflows/pgdrill.yml'));
    const steps = jobs.gate.steps as { if?: string; run?: string; uses?: string; with?: { path?: string } }[];
    expect(steps.filter(({ run }) => run?.includes('pgdrill run') && run.includes('--gate'))).to.have.lengthOf(1);
    const upload = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact'))!;
    expect(upload).to.deep.include({ if: 'always()' }).and.nested.include({ 'with.path': 'reports/' });
    const job = parse(await text('.gitlab-ci.yml'))['failover-drills'];
    expect(job.script.join()).to.contain('--gate');
    expect(job.artifacts).to.deep.include({ when: 'always', reports: { junit: 'reports/gate/junit.xml' } });
  });
});
