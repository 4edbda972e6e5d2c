/** The package as users get it: packed, unpacked into an empty folder, and called from there. */
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';

const program = 'node_modules/.bin/pgdrill';

describe('the package in an empty folder', function suite() {
  this.timeout(180_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-package-'));
    await execa('npm', ['pack', '--pack-destination', folder, '--loglevel=error']);
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))!;
    const modules = join(folder, 'node_modules');
    await mkdir(join(modules, '.bin'), { recursive: true });
    // What it depends on is this repository's, so that no registry is asked; the package itself is a copy.
    const ours = await realpath('node_modules');
    for (const name of (await readdir(ours)).filter((one) => !one.startsWith('.') && one !== 'mocha'))
      await symlink(join(ours, name), join(modules, name));
    // Mocha imports what it is told to from where it lies itself.
    await cp(join(ours, 'mocha'), join(modules, 'mocha'), { recursive: true });
    await execa('tar', ['-xzf', join(folder, tarball), '-C', modules]);
    await execa('mv', [join(modules, 'package'), join(modules, 'pgdrill')]);
    const { bin } = JSON.parse(await readFile(join(modules, 'pgdrill', 'package.json'), 'utf8'));
    await symlink(join('..', 'pgdrill', bin.pgdrill), join(folder, program));
    await execa('chmod', ['+x', join(modules, 'pgdrill', bin.pgdrill)]);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const pgdrill = (...args: string[]) =>
    execa(program, args, { cwd: folder, all: true, reject: false, env: { CI: '1' } });

  it('lists and plans the scenarios built in', async () => {
    expect((await pgdrill('list')).all).to.contain('primary-crash');
    const { all, exitCode } = await pgdrill('plan');
    expect(all).to.contain('predicted outage');
    expect(exitCode, all).to.equal(0);
  });

  it('writes a project whose TypeScript scenario imports from pgdrill, and plans it', async () => {
    expect((await pgdrill('init')).exitCode).to.equal(0);
    const { all, exitCode } = await pgdrill('plan', 'first-drill');
    expect(all).to.contain('first-drill on lab').and.not.contain('Warning');
    expect(exitCode, all).to.equal(0);
    expect((await pgdrill('list')).all)
      .to.contain('first-drill')
      .and.contain('steady');
  });

  it('has types for such a scenario, and refuses a misspelt limit in an editor already', async () => {
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
    const tsc = (file: string) =>
      execa('node_modules/typescript/bin/tsc', [...options, '--skipLibCheck', file], {
        cwd: folder,
        all: true,
        reject: false,
      });
    const right = await tsc('scenarios/first-drill.ts');
    expect(right.exitCode, right.all).to.equal(0);
    const text = await readFile(join(folder, 'scenarios/first-drill.ts'), 'utf8');
    await writeFile(join(folder, 'wrong.ts'), text.replace('writeOutageMs', 'writeOutagMs'));
    expect((await tsc('wrong.ts')).all).to.contain('writeOutagMs');
  });

  it('checks manifests, shows the recorded drill, prints schemas and judges a journal', async () => {
    const manifests = 'node_modules/pgdrill/dist/fixtures/manifests';
    expect((await pgdrill('check', manifests)).all).to.match(/\d+ files?\.$/);
    const demo = await pgdrill('demo');
    expect(demo.all).to.contain('RECORDED PASS primary-crash');
    expect(demo.exitCode).to.equal(2);
    expect(JSON.parse((await pgdrill('schema', 'config')).stdout)).to.have.property('properties');
    const journal = 'node_modules/pgdrill/dist/fixtures/journals/primary-crash-passed';
    expect((await pgdrill('judge', journal)).exitCode).to.equal(0);
  });

  it('publishes its schemas where the configuration looks for them', async () => {
    const [, path] = /\$schema=(\S+)/.exec(await readFile(join(folder, 'pgdrill.config.yaml'), 'utf8'))!;
    expect(JSON.parse(await readFile(join(folder, path!), 'utf8'))).to.have.property('$schema');
  });

  it('needs no part of the repository that it does not hold', async () => {
    const files = await readdir(join(folder, 'node_modules', 'pgdrill'), { recursive: true });
    expect(files.filter((file) => /\.(test|e2e)\./.test(file))).to.deep.equal([]);
    expect(files).to.include.members(['LICENSE', 'README.md', 'dist/docs/ci/gitlab-ci.yml']);
  });

  it('runs under plain mocha, one test a limit', async () => {
    const mocha = [
      'node_modules/mocha/bin/mocha.js',
      '--require',
      'pgdrill/mocha',
      '--dry-run',
      'scenarios/first-drill.ts',
    ];
    const { all } = await execa('node', mocha, { cwd: folder, all: true, reject: false, env: { NO_COLOR: '1' } });
    expect(all).to.contain('first-drill: How long').and.to.contain('writeOutageMs').and.to.contain('4 passing');
  });
});
