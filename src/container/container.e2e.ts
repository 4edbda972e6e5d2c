/**
 * Drills in a real container: `npm run test:docker`. Needs a Docker engine, and builds the image of the lab where it is
 * missing, so it runs only where PGDRILL_TEST_DOCKER=1 asks for it.
 */
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { until } from '../wait.ts';
import { whyNoEngine } from './engine.ts';
import { ensureImage } from './image.ts';

const scenario = `import { scenario } from 'pgdrill';
export default scenario({
  name: 'short',
  asks: 'Does a short drill without a fault run in a container?',
  needs: [],
  limits: { undeclaredLosses: { max: 0 } },
  async drill({ hold }) {
    await hold('3s');
  },
});
`;
const someone = 1000;

describe('a drill in a container', function suite() {
  this.timeout(300_000);
  let folder: string;
  let socketGroup: number;
  let volumesBefore: string[];

  before(async function prepare() {
    this.timeout(3_600_000);
    const why = process.env.PGDRILL_TEST_DOCKER === '1' ? await whyNoEngine() : 'PGDRILL_TEST_DOCKER is not 1';
    if (why) {
      console.log(`skipped: ${why}`);
      this.skip();
    }
    await ensureImage(() => {}, new AbortController().signal);
    socketGroup = (await stat('/var/run/docker.sock')).gid;
    volumesBefore = await volumes();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill, in a "container" ä '));
    await mkdir(join(folder, 'scenarios'));
    await writeFile(join(folder, 'scenarios', 'short.ts'), scenario);
    for (const path of [folder, join(folder, 'scenarios')]) await chown(path, someone, someone);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const list = async (...args: string[]) => (await execa('docker', args)).stdout.split('\n').filter(Boolean);
  const volumes = () => list('volume', 'ls', '--quiet');
  const containers = () => list('ps', '--all', '--quiet', '--filter', 'label=dev.pgdrill=lab');
  const gone = () =>
    until(async () => ((await containers()).length === 0 ? true : undefined), {
      withinMs: 60_000,
      everyMs: 200,
      what: 'the container to go',
    });

  /** The command line, as a user without root who may use Docker. */
  const start = (path = process.env.PATH!, ...args: string[]) =>
    execa(
      'setpriv',
      [
        ...['--reuid', String(someone), '--regid', String(someone), '--groups', String(socketGroup)],
        ...[process.execPath, resolve('scripts/start.mjs'), ...args],
      ],
      { cwd: folder, all: true, reject: false, env: { PATH: path, HOME: folder, CI: '1' } },
    );
  const untilSaid = (running: ReturnType<typeof start>, words: string) =>
    new Promise<void>((done) => {
      let said = '';
      running.all.on('data', (chunk: Buffer) => {
        said += chunk;
        if (said.includes(words)) done();
      });
    });
  const runs = async () => (await readdir(join(folder, 'reports'))).filter((name) => name.includes('-short-'));

  const expectWhole = async () => {
    const [run, ...more] = await runs();
    expect(more).to.deep.equal([]);
    for (const file of ['report.html', 'verdict.json', 'run.ndjson'])
      expect((await stat(join(folder, 'reports', run!, file))).uid, file).to.equal(someone);
    expect((await readdir(join(folder, 'reports'))).filter((name) => name.startsWith('.pgdrill'))).to.deep.equal([]);
    await gone();
    expect(await volumes()).to.deep.equal(volumesBefore);
    return JSON.parse(await readFile(join(folder, 'reports', run!, 'verdict.json'), 'utf8')) as { outcome: string };
  };

  it('leaves its reports with the user, its verdict in the exit code, and nothing else', async () => {
    const { all, exitCode } = await start(undefined, 'run', 'short');
    expect(all).to.contain('the lab runs in a Docker container');
    const { outcome } = await expectWhole();
    expect(exitCode, all).to.equal({ pass: 0, fail: 1, unknown: 2 }[outcome]);
  });

  it('copies folders that the engine does not see, and the runs back', async () => {
    // A client whose engine mounts another folder of that name, as one on another machine would.
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(join(elsewhere, 'bin'), { recursive: true });
    const docker = (await execa('sh', ['-c', 'command -v docker'])).stdout;
    const wrapper = `#!/bin/bash\nargs=()\nfor a in "$@"; do [[ $a == type=bind,* ]] && a="type=bind,source=/usr/share,target=/mnt"; args+=("$a"); done\nexec ${docker} "\${args[@]}"\n`;
    await writeFile(join(elsewhere, 'bin', 'docker'), wrapper);
    await chmod(join(elsewhere, 'bin', 'docker'), 0o755);
    await chmod(elsewhere, 0o755);
    const { all, exitCode } = await start(`${join(elsewhere, 'bin')}:${process.env.PATH}`, 'run', 'short');
    const { outcome } = await expectWhole();
    expect(exitCode, all).to.equal({ pass: 0, fail: 1, unknown: 2 }[outcome]);
  });

  it('ends as an interrupted run does: healed, reported, code 2', async () => {
    const running = start(undefined, 'run', 'short');
    await untilSaid(running, 'phase steady');
    running.kill('SIGTERM');
    const { exitCode, all } = await running;
    expect(all).to.contain('the run was interrupted');
    expect(exitCode, all).to.equal(2);
    expect((await expectWhole()).outcome).to.equal('unknown');
  });

  for (const victim of ['the command', 'the command and its Docker client'])
    it(`leaves no container and no volume when ${victim} is killed with SIGKILL`, async () => {
      const running = start(undefined, 'run', 'short');
      await untilSaid(running, 'phase steady');
      const clients = victim.includes('client') ? await list('ps', '--quiet').then(() => clientsOf(running.pid!)) : [];
      running.kill('SIGKILL');
      for (const pid of clients) process.kill(pid, 'SIGKILL');
      await gone();
      expect(await volumes()).to.deep.equal(volumesBefore);
      expect((await readdir(join(folder, 'reports'))).filter((name) => name.startsWith('.pgdrill'))).to.deep.equal([]);
    });
});

/** Process numbers of the children of a process. */
async function clientsOf(pid: number): Promise<number[]> {
  return (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number);
}
