/** The package as users get it: packed, installed by npm into projects of three kinds, and called from there. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';

const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
let root: string;
let tarball: string;

/** Runs a program in a folder. npm's own settings of this checkout do not reach it. */
const call = (cwd: string, program: string, ...args: string[]) =>
  execa(program, args, { cwd, all: true, reject: false, env: { CI: '1', NO_COLOR: '1', npm_config_omit: '' } });

async function installed(folder: string, where = folder): Promise<void> {
  const { exitCode, all } = await call(
    where,
    'npm',
    'install',
    ...quiet,
    '--omit=optional',
    tarball,
    ...at(folder, where),
  );
  expect(exitCode, all).to.equal(0);
}
const at = (folder: string, where: string) => (folder === where ? [] : ['--workspace', relative(where, folder)]);

before(async function pack() {
  this.timeout(180_000);
  root = await mkdtemp(join(tmpdir(), 'pgdrill package ä '));
  const { exitCode, all } = await call('.', 'npm', 'pack', '--pack-destination', root, '--loglevel=error');
  expect(exitCode, all).to.equal(0);
  tarball = join(root, (await readdir(root)).find((name) => name.endsWith('.tgz'))!);
});
after(() => rm(root, { recursive: true, force: true }));

/** Every kind of project gets the same: init, list, plan, check, types, and the script that drills. */
function worksIn(kind: string, make: (folder: string) => Promise<string>, folderOfProgram = '.') {
  describe(`the package in ${kind}`, function suite() {
    this.timeout(300_000);
    let folder: string;
    const pgdrill = (...args: string[]) => call(folder, join(folderOfProgram, 'node_modules/.bin/pgdrill'), ...args);
    before(async () => {
      folder = await make(await mkdtemp(join(root, 'project-')));
      const { all, exitCode } = await pgdrill('init');
      expect(exitCode, all).to.equal(0);
    });

    it('lists, plans and checks without a warning', async () => {
      const listed = await pgdrill('list');
      expect(listed.all).to.contain('first-drill').and.contain('primary-crash').and.not.contain('Warning');
      expect(listed.exitCode, listed.all).to.equal(0);
      const planned = await pgdrill('plan', 'first-drill');
      expect(planned.all).to.contain('first-drill on lab').and.not.contain('Warning');
      expect(planned.exitCode, planned.all).to.equal(0);
      const checked = await pgdrill('check', join(folderOfProgram, 'node_modules/pgdrill/dist/fixtures/manifests'));
      expect(checked.all).to.match(/in \d+ files[.;]/);
    });

    it('has a script that runs the first drill', async () => {
      const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
      expect(scripts.drill).to.equal('pgdrill run first-drill');
      const { all, exitCode } = await call(folder, 'npm', 'run', '--silent', 'drill', '--', '--repeat', 'often');
      expect(all).to.contain('--repeat expects a whole number');
      expect(exitCode, all).to.equal(3);
    });

    it('has types: the project compiles, and a misspelt limit does not', async () => {
      const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
      const right = await call(folder, tsc, '-p', 'scenarios');
      expect(right.exitCode, right.all).to.equal(0);
      const text = await readFile(join(folder, 'scenarios/first-drill.ts'), 'utf8');
      await writeFile(join(folder, 'scenarios/wrong.ts'), text.replace('writeOutageMs', 'writeOutagMs'));
      expect((await call(folder, tsc, '-p', 'scenarios')).all).to.contain('writeOutagMs');
      await rm(join(folder, 'scenarios/wrong.ts'));
    });

    it('shows on hover what each field of the load and each limit means', async () => {
      const declared = await readFile(
        join(folder, folderOfProgram, 'node_modules/pgdrill/dist/src/scenario/input.d.ts'),
        'utf8',
      );
      const fields = [...declared.matchAll(/(\*\/)?\n +\w+\??: /g)];
      expect(fields.length).to.be.greaterThan(80);
      expect(fields.filter(([, documented]) => !documented).map(([text]) => text)).to.deep.equal([]);
    });

    it('finds the schema of its configuration where the configuration says', async () => {
      const text = await readFile(join(folder, 'pgdrill.config.yaml'), 'utf8');
      const [, path] = /\$schema=(\S+)/.exec(text)!;
      expect(JSON.parse(await readFile(join(folder, path!), 'utf8'))).to.have.property('$schema');
    });
  });
}

worksIn('an empty folder', async (folder) => {
  await installed(folder);
  return folder;
});

worksIn('a package of CommonJS', async (folder) => {
  await writeFile(
    join(folder, 'package.json'),
    '{\n  "name": "shop",\n  "version": "1.0.0",\n  "type": "commonjs"\n}\n',
  );
  await installed(folder);
  return folder;
});

worksIn(
  'a workspace',
  async (folder) => {
    const member = join(folder, 'packages/db');
    await mkdir(member, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "private": true, "workspaces": ["packages/*"] }\n');
    await writeFile(join(member, 'package.json'), '{ "name": "db", "version": "1.0.0" }\n');
    await installed(member, folder);
    return member;
  },
  '../..',
);

describe('the package itself', function suite() {
  this.timeout(300_000);
  let folder: string;
  const pgdrill = (...args: string[]) => call(folder, 'node_modules/.bin/pgdrill', ...args);
  before(async () => {
    folder = await mkdtemp(join(root, 'whole-'));
    await installed(folder);
  });

  it('shows the recorded drill, prints schemas and judges a journal', async () => {
    const demo = await pgdrill('demo');
    expect(demo.all).to.contain('RECORDED PASS primary-crash');
    expect(demo.exitCode).to.equal(2);
    expect(JSON.parse(String((await pgdrill('schema', 'config')).stdout))).to.have.property('properties');
    const journal = 'node_modules/pgdrill/dist/fixtures/journals/primary-crash-passed';
    expect((await pgdrill('judge', journal)).exitCode).to.equal(0);
  });

  it('holds what its own texts name, and no tests', async () => {
    const files = await readdir(join(folder, 'node_modules', 'pgdrill'), { recursive: true });
    expect(files.filter((file) => /\.(test|e2e)\./.test(file))).to.deep.equal([]);
    const named = ['LICENSE', 'README.md', 'Dockerfile', 'Dockerfile.lab', 'action.yml', 'templates/drill.yml'];
    expect(files).to.include.members([...named, 'scripts/start.mjs', 'scripts/ci/gate.sh', 'scripts/ci/setup.sh']);
  });

  it('holds every module that is started by its path, which no import names', async () => {
    const { entry } = JSON.parse(await readFile('knip.json', 'utf8')) as { entry: string[] };
    const started = entry.filter((file) => /^(src|fixtures)\/[^*]+\.ts$/.test(file) && !/contract-child/.test(file));
    expect(started.length).to.be.greaterThan(4);
    const files = await readdir(join(folder, 'node_modules', 'pgdrill', 'dist'), { recursive: true });
    expect(files).to.include.members(started.map((file) => file.replace(/\.ts$/, '.js')));
  });

  it('declares for scenarios exactly the types of their schemas', async () => {
    await writeFile(
      join(folder, 'same.ts'),
      `import type { z } from 'zod';
import type { LimitsByName, LoadInput, TopologyInput } from './node_modules/pgdrill/dist/src/scenario/input.js';
import type { loadSchema } from './node_modules/pgdrill/dist/src/scenario/load.js';
import type { topologySchema } from './node_modules/pgdrill/dist/src/scenario/topology.js';
import type { MetricName } from './node_modules/pgdrill/dist/src/measure/metrics.js';
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : 'wider') : 'narrower';
export const load: Same<LoadInput, z.input<typeof loadSchema>> = true;
export const topology: Same<TopologyInput, z.input<typeof topologySchema>> = true;
export const limits: Same<keyof LimitsByName, MetricName> = true;
`,
    );
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--skipLibCheck'];
    const { all, exitCode } = await call(
      folder,
      join(process.cwd(), 'node_modules/typescript/bin/tsc'),
      ...options,
      'same.ts',
    );
    expect(exitCode, all).to.equal(0);
  });

  it('gives programs types for everything that they get, with the types of libraries checked', async () => {
    await writeFile(
      join(folder, 'program.mts'),
      `import { type Check, type Format, type Instance, judge, type OpenStack, type OwnMeasures, type Reporter } from 'pgdrill';
import { type Run, type RunResult, type Scenario, type Stack, type Target, type Verdict } from 'pgdrill';
import { readRunFile, render, run, scenario, stack } from 'pgdrill';
const measures: OwnMeasures = {
  writes: { unit: 'count', means: 'writes', limit: { min: 1 }, measure: ({ ops }: Run) => ops.n },
};
const name = (target: Target): string => (target.kind === 'instance' ? target.address : target.name);
const drill: Scenario = scenario({
  name: 'outside', asks: 'Is it calm?', needs: [], limits: { writeOutageMs: { max: 1 } }, measures,
  async drill({ primary, note }) { const aimed: Instance = await primary(); note(name(aimed)); },
});
const lab: Stack = await stack('lab');
const version = async (open: OpenStack, of: Instance) => (await (await open.connect(of)).query('select 1 as one')).rows[0].one;
const result: RunResult = await run({ scenario: drill, stack: lab });
const verdict: Verdict = judge(await readRunFile(result.folder), undefined, measures);
const broken: Check[] = verdict.checks.filter(({ outcome }) => outcome === 'fail');
const formats: Format[] = ['html', 'json', 'junit', 'markdown'];
const csv: Reporter = { extension: 'csv', render: (_run, of) => of.measured.map(({ value }) => value).join() };
export default [version, broken, csv, await Promise.all(formats.map((format) => render(result.folder, format, verdict)))];
`,
    );
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
    const { all, exitCode } = await call(
      folder,
      join(process.cwd(), 'node_modules/typescript/bin/tsc'),
      ...options,
      'program.mts',
    );
    expect(exitCode, all).to.equal(0);
  });

  it('starts the load process from the file that its image has', async () => {
    const script = 'node_modules/pgdrill/scripts/load.mjs';
    const { stderr } = await execa('node', [script], { cwd: folder, input: '', reject: false });
    expect(stderr.trim()).to.equal('the driver is gone');
  });

  it('runs no script when it is installed, and starts from its own scripts folder', async () => {
    const { scripts } = JSON.parse(await readFile(join(folder, 'node_modules/pgdrill/package.json'), 'utf8'));
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).to.deep.equal([]);
    const { stdout } = await call(folder, 'node', 'node_modules/pgdrill/scripts/start.mjs', '--version');
    expect(stdout).to.match(/^\d+\.\d+\.\d+$/);
  });

  it('runs under plain mocha, one test a limit', async () => {
    await pgdrill('init');
    const mocha = ['--require', 'pgdrill/mocha', '--dry-run', 'scenarios/first-drill.ts'];
    const install = await call(folder, 'npm', 'install', ...quiet, '--omit=optional', '--no-save', 'mocha@12');
    expect(install.exitCode, install.all).to.equal(0);
    const { all } = await call(folder, 'node_modules/.bin/mocha', ...mocha);
    expect(all).to.contain('first-drill: How long').and.to.contain('writeOutageMs').and.to.contain('4 passing');
  });

  it('is published as package managers and TypeScript expect', async () => {
    const here = (program: string, ...args: string[]) => call('.', join('node_modules/.bin', program), ...args);
    const lint = await here('publint', 'run', tarball, '--strict');
    expect(lint.exitCode, lint.all).to.equal(0);
    const types = await here('attw', tarball, '--profile', 'esm-only', '--exclude-entrypoints', 'schemas');
    expect(types.exitCode, types.all).to.equal(0);
  });
});
