/** The single executable file, made and called as by somebody without Node.js. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';

describe('the single file', function suite() {
  this.timeout(300_000);
  let folder: string;
  let file: string;
  before(async function make() {
    if (process.platform !== 'linux') this.skip();
    folder = await mkdtemp(join(tmpdir(), 'pgdrill single '));
    for (const script of [['scripts/build.mjs'], ['scripts/single-file/build.mjs', process.arch, folder]])
      await execa(process.execPath, script);
    file = join(folder, `pgdrill-linux-${process.arch}`);
  });
  after(() => folder && rm(folder, { recursive: true, force: true }));

  /** No Node.js is in the search path. */
  const call = (...args: string[]) =>
    execa(file, args, {
      all: true,
      reject: false,
      env: { PATH: '/usr/bin:/bin', PGDRILL_CACHE: join(folder, 'cache') },
    });

  it('starts without a word on standard error, and unpacks itself once', async () => {
    const first = await call('--help');
    expect(first.stderr).to.equal('');
    expect(first.stdout).to.contain('Usage: pgdrill');
    const unpacked = () => readdir(join(folder, 'cache'));
    const once = await unpacked();
    expect(once).to.have.lengthOf(1);
    await call('--help');
    expect(await unpacked()).to.deep.equal(once);
  });

  it('takes less than 0.3 s of processor time for --help', async () => {
    await call('--help');
    const { all } = await execa(
      'bash',
      ['-c', 'times="%U %S"; TIMEFORMAT=$times; time "$0" --help > /dev/null', file],
      {
        all: true,
        env: { PGDRILL_CACHE: join(folder, 'cache') },
      },
    );
    const [user, system] = all.trim().split(/\s+/).map(Number);
    expect(user! + system!).to.be.lessThan(0.3);
  });

  it('checks, judges and reports', async () => {
    expect((await call('check', 'fixtures/manifests/seed')).exitCode).to.equal(1);
    const judged = await call('judge', 'fixtures/journals/primary-crash-passed');
    expect(judged.all).to.contain('PASS primary-crash');
    const out = join(folder, 'report.html');
    const reported = await call('report', 'fixtures/journals/primary-crash-passed', '--format', 'html', '--out', out);
    expect(reported.exitCode, reported.all).to.equal(0);
    expect((await stat(out)).size).to.be.greaterThan(100_000);
  });

  it('starts its own modules in further processes, as the load of a drill', async () => {
    const [program] = await readdir(join(folder, 'cache'));
    const load = join(folder, 'cache', program!, 'dist/src/load/process/main.js');
    const started = await execa(file, [load], {
      all: true,
      reject: false,
      input: 'not a message\n',
      timeout: 20_000,
      env: { PGDRILL_CACHE: join(folder, 'cache') },
    });
    expect(started.all).not.to.contain('Usage: pgdrill').and.not.to.contain('ERR_MODULE_NOT_FOUND');
    expect(started.timedOut).to.equal(false);
  });

  it('has what sends metrics of a running drill', async () => {
    // The library is loaded first, and the port is refused then.
    const { all, exitCode } = await call('run', '--otlp', 'http://127.0.0.1:1', '--metrics-port', 'x');
    expect(exitCode, all).to.equal(3);
    expect(all).to.match(/--metrics-port expects a port/);
  });

  it('says what to set where it cannot unpack itself', async () => {
    const { all, exitCode } = await execa(file, ['--help'], {
      all: true,
      reject: false,
      env: { PGDRILL_CACHE: '/dev/null/x', TMPDIR: '/dev/null/y' },
    });
    expect(all)
      .to.contain('set PGDRILL_CACHE')
      .and.not.match(/^\s+at /m);
    expect(exitCode).to.equal(2);
  });
});
