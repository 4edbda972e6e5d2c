import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { UsageError } from '../errors.ts';
import { findScenario } from '../project/catalogue.ts';
import { readConfig } from '../project/config.ts';
import { guessCi, outsideRepository, writeProject } from './write.ts';

describe('pgdrill init', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-init-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const text = (file: string) => readFile(join(folder, file), 'utf8');
  const write = async (file: string, content: string) => {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), content);
  };
  const init = (ci: 'github' | 'gitlab' | 'none' = 'none', at = '') => writeProject(join(folder, at), ci, '^1.2.3');

  it('writes a scenario and a configuration that this program reads', async () => {
    expect((await init()).every(({ done }) => done === 'wrote')).to.equal(true);
    const { scenario } = await findScenario(join(folder, 'scenarios'), 'first-drill');
    expect(scenario.limits.writeOutageMs).to.deep.equal({ max: 30_000 });
    expect(await readConfig({}, {}, join(folder, 'pgdrill.config.yaml'))).to.include({ stack: 'lab', out: 'reports' });
    expect(JSON.parse(await text('package.json'))).to.deep.equal({
      private: true,
      type: 'module',
      scripts: { drill: 'pgdrill run first-drill', gate: 'pgdrill ci first-drill' },
      devDependencies: { pgdrill: '^1.2.3' },
    });
  });

  it('adds to package.json and .gitignore what they lack, and keeps the rest', async () => {
    await write(
      'package.json',
      '{\n    "name": "mine",\n    "type": "commonjs",\n    "scripts": { "drill": "own" }\n}\n',
    );
    await write('.gitignore', 'node_modules\ncoverage');
    const done = Object.fromEntries((await init()).map(({ file, done }) => [file, done]));
    expect(done).to.include({ 'package.json': 'added to', '.gitignore': 'added to' });
    expect(await text('package.json')).to.contain('\n    "name"');
    expect(JSON.parse(await text('package.json'))).to.deep.include({
      name: 'mine',
      scripts: { drill: 'own', gate: 'pgdrill ci first-drill' },
    });
    expect(await text('.gitignore')).to.equal('node_modules\ncoverage\nreports/*/\nreports/index.html\n');
    expect((await init()).every(({ done }) => done === 'kept')).to.equal(true);
  });

  it('marks the scenarios as modules where the package is of CommonJS or does not say', async () => {
    await write('package.json', '{ "type": "commonjs" }');
    await init();
    expect(JSON.parse(await text('scenarios/package.json'))).to.include({ type: 'module' });
    expect((await findScenario(join(folder, 'scenarios'), 'first-drill')).scenario.name).to.equal('first-drill');
  });

  it('writes nothing where package.json is not JSON, and names it', async () => {
    await write('package.json', 'mine');
    const error = await init().catch((error: unknown) => error);
    expect(error).to.be.instanceOf(UsageError);
    expect((error as UsageError).message).to.contain('package.json to hold a JSON object');
    const missing = await text('pgdrill.config.yaml').catch((error: NodeJS.ErrnoException) => error.code);
    expect(missing).to.equal('ENOENT');
  });

  it('puts the recipe at the root of the repository, and finds lock file and package above a workspace', async () => {
    await write('.git/HEAD', '');
    await write('package.json', '{ "workspaces": ["packages/*"] }');
    await write('package-lock.json', '{}');
    await write('node_modules/pgdrill/package.json', '{}');
    await write('packages/db/package.json', '{ "name": "db", "type": "module" }');
    await init('github', 'packages/db');
    expect(JSON.parse(await text('packages/db/package.json'))).not.to.have.property('devDependencies');
    expect(await text('packages/db/pgdrill.config.yaml')).to.contain(
      '$schema=../../node_modules/pgdrill/schemas/config.schema.json',
    );
    const { jobs, on } = parse(await text('.github/workflows/pgdrill.yml'));
    expect(on.pull_request.paths).to.include.members(['packages/db/scenarios/**', 'package-lock.json']);
    const steps = jobs.gate.steps as { run?: string; uses?: string; with?: object; 'working-directory'?: string }[];
    expect(steps.find(({ run }) => run)).to.deep.equal({ run: 'npm ci' });
    expect(steps.at(-1)).to.deep.equal({
      uses: './node_modules/pgdrill',
      with: { scenarios: 'first-drill', 'working-directory': 'packages/db' },
    });
  });

  it('finds the root of a workspace that is in no repository yet', async () => {
    await write('package.json', '{ "workspaces": ["packages/*"] }');
    await write('packages/db/package.json', '{}');
    const written = await init('github', 'packages/db');
    expect(written.map(({ file }) => file)).to.include('../../.github/workflows/pgdrill.yml');
  });

  it('installs with the package manager whose lock file exists, and without one from package.json', async () => {
    const command = async () => {
      await rm(join(folder, '.github'), { recursive: true, force: true });
      await init('github');
      return parse(await text('.github/workflows/pgdrill.yml')).jobs.gate.steps[2].run as string;
    };
    expect(await command()).to.equal('npm install');
    await write('pnpm-lock.yaml', '');
    expect(await command()).to.equal('corepack enable && pnpm install --frozen-lockfile');
  });

  it('recognises a project of GitLab by its file, and leaves that file alone', async () => {
    expect(guessCi(folder)).to.equal('github');
    await write('.gitlab-ci.yml', 'stages: [test]\n');
    expect(guessCi(folder)).to.equal('gitlab');
    const written = await init('gitlab');
    expect(written).to.deep.include({ file: '.gitlab-ci.yml', done: 'kept' });
    const job = parse(await text('.gitlab/ci/pgdrill.yml'))['failover-drills'];
    expect(job.variables).to.include({ PGDRILL_CI_SCENARIOS: 'first-drill' });
    expect(job.artifacts).to.deep.include({ when: 'always', reports: { junit: 'reports/gate/junit.xml' } });
  });

  it('writes for an ordinary package what the documentation shows', async () => {
    await write('package-lock.json', '{}');
    await init('github');
    await init('gitlab');
    expect(await text('.github/workflows/pgdrill.yml')).to.equal(await readFile('docs/ci/github-actions.yml', 'utf8'));
    expect(await text('.gitlab/ci/pgdrill.yml')).to.equal(await readFile('docs/ci/gitlab-ci.yml', 'utf8'));
  });

  it('checks the manifests of the repository in the recipe, as seen from the folder of the gate', async () => {
    await write('.git/HEAD', '');
    await write('deploy/pg.yaml', 'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\n');
    await init('github', 'drills');
    await init('gitlab', 'drills');
    expect(JSON.parse(await text('drills/package.json')).scripts.gate).to.equal(
      'pgdrill ci first-drill --manifests ../deploy',
    );
    const github = parse(await text('.github/workflows/pgdrill.yml'));
    expect(github.on.pull_request.paths).to.include('deploy/**/*');
    expect(github.jobs.gate.steps.at(-1).with).to.deep.equal({
      ...{ scenarios: 'first-drill', manifests: '../deploy', 'working-directory': 'drills' },
    });
    const gitlab = parse(await text('.gitlab/ci/pgdrill.yml'))['failover-drills'];
    expect(gitlab.variables).to.include({ PGDRILL_CI_MANIFESTS: '../deploy' });
    expect(gitlab.rules[1].changes).to.include('deploy/**/*');
  });

  it('notices a package outside the repository, which no other machine can install', async () => {
    await write('.git/HEAD', '');
    const from = async (spec: string) => {
      await write('package.json', JSON.stringify({ devDependencies: { pgdrill: spec } }));
      return outsideRepository(folder);
    };
    expect(await from('file:../pgdrill/pgdrill-1.0.0.tgz')).to.equal('../pgdrill/pgdrill-1.0.0.tgz');
    expect(await from('file:vendor/pgdrill-1.0.0.tgz')).to.equal(undefined);
    expect(await from('git+https://example.org/pgdrill.git#v1')).to.equal(undefined);
  });

  it('runs the scenario that it wrote, with actions pinned by commit and a token that can only read', async () => {
    await init('github');
    const { jobs, permissions } = parse(await text('.github/workflows/pgdrill.yml'));
    expect(permissions).to.deep.equal({ contents: 'read' });
    const steps = jobs.gate.steps as { uses?: string; with?: { scenarios?: string } }[];
    expect(steps.find((step) => step.uses?.endsWith('/pgdrill'))?.with?.scenarios).to.equal('first-drill');
    for (const { uses } of steps) if (uses && !uses.startsWith('./')) expect(uses).to.match(/@[0-9a-f]{40}$/);
  });
});
