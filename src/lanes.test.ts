/** What runs `npm test`, `scripts/test.mjs`, with planted files that fail, hang, are killed, or leave something behind. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { cameTrue } from './wait.ts';

/** A process that nobody has asked about yet after its end is a zombie, and runs no more. */
const runs = (pid: string): boolean => {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe('tests in lanes', function suite() {
  this.timeout(120_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-lanes-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const env = () => ({ ...process.env, PGDRILL_STATE: join(folder, 'state') });
  const plant = async (name: string, text: string) => {
    const file = join(folder, `${name}.ts`);
    await writeFile(file, text);
    return file;
  };
  const argv = (files: readonly string[], options: readonly string[]) => ['scripts/test.mjs', ...options, ...files];
  const run = (files: readonly string[], ...options: string[]) =>
    new Promise<{ code: unknown; output: string }>((resolve) => {
      const ended = (error: { code?: unknown } | null, stdout: string, stderr: string) =>
        resolve({ code: error ? error.code : 0, output: stdout + stderr });
      execFile(process.execPath, argv(files, options), { env: env() }, ended);
    });
  const statesLeft = () => (existsSync(join(folder, 'state/tests')) ? readdirSync(join(folder, 'state/tests')) : []);

  const good = () => plant('good', `it('passes', () => {}); it('passes, too', () => {}); it('is skipped');`);

  it('add up to one line, and pass', async () => {
    const { code, output } = await run([await good(), await plant('other', `it('passes', () => {});`)]);
    expect(output.trim().split('\n').at(-1)).to.equal('3 passed, 0 failed, 1 skipped');
    expect(code).to.equal(0);
    expect(statesLeft()).to.deep.equal([]);
  });

  it('print the whole text of one that fails, once, and name its file at the end', async () => {
    const bad = await plant('bad', `it('fails', () => { throw new Error('first line\\nsecond line, planted'); });`);
    const { code, output } = await run([await good(), bad]);
    expect(output.split('second line, planted')).to.have.lengthOf(2);
    expect(output).to.contain(`failed:\n  ${bad}: 1 failed\n`);
    expect(output.trim().split('\n').at(-1)).to.equal('2 passed, 1 failed, 1 skipped');
    expect(code).to.equal(1);
  });

  it('are run side by side, and their lines are never mixed', async () => {
    const slow = (name: string) =>
      plant(name, `it('${name} waits', (done) => { console.log('begin ${name}'); setTimeout(done, 3_000); });`);
    const { output } = await run([await slow('one'), await slow('two')], '--lanes', '2');
    const lines = output.split('\n').map((line) => line.trim());
    for (const name of ['one', 'two'])
      expect(lines[lines.indexOf(`begin ${name}`) + 1]).to.match(new RegExp(`^✔ ${name} waits`));
  });

  for (const [what, text, why] of [
    ['is killed', `it('passes', () => process.kill(process.pid, 'SIGKILL'));`, 'was ended by SIGKILL'],
    ['ends its process early', `it('exits', () => process.exit(0));`, 'ended without the closing lines of mocha'],
    ['cannot be loaded', `import './nowhere.ts';`, 'ended without the closing lines of mocha'],
    ['hangs', `it('hangs', () => { for (;;); });`, 'did not end within 25 s'],
  ] as const)
    it(`fail where a file ${what}, and the others are run all the same`, async () => {
      const bad = await plant('bad', text);
      const { code, output } = await run([bad, await good()], '--lanes', '1', '--limit', '25');
      expect(output).to.contain(`${bad}: 1 failed; ${why}\n`);
      expect(output.trim().split('\n').at(-1)).to.equal('2 passed, 1 failed, 1 skipped');
      expect(code).to.equal(1);
      expect(statesLeft()).to.deep.equal([]);
    });

  it('end what a file leaves running, and what a killed file had started', async () => {
    const leave = (end: string) => `
      import { spawn } from 'node:child_process';
      import { appendFileSync } from 'node:fs';
      it('leaves a process', () => {
        appendFileSync('${join(folder, 'pids')}', spawn('sleep', ['300'], { stdio: 'inherit' }).pid + ' ');
        ${end}
      });`;
    await run([await plant('left', leave('')), await plant('killed', leave(`process.kill(process.pid, 'SIGKILL');`))]);
    const pids = (await readFile(join(folder, 'pids'), 'utf8')).trim().split(' ');
    expect(pids).to.have.lengthOf(2);
    for (const pid of pids) expect(await cameTrue(async () => !runs(pid), { withinMs: 1_000 }), pid).to.equal(true);
  });

  it('fail where a file leaves a lab behind, which is removed', async function lab() {
    if (process.geteuid?.() !== 0) this.skip();
    const bad = await plant(
      'bad',
      `import { mkdirSync } from 'node:fs';
      it('leaves', () => mkdirSync(process.env.PGDRILL_STATE + '/labs/abcdef', { recursive: true, mode: 0o700 }));`,
    );
    const { code, output } = await run([bad]);
    expect(output).to.contain(`${bad}: 1 failed; left behind: labs/abcdef\n`);
    expect(output).to.contain('removing abcdef').and.contain('1 passed, 1 failed, 0 skipped');
    expect(code).to.equal(1);
    expect(statesLeft()).to.deep.equal([]);
  });

  it('remove what a test run that was killed left behind', async () => {
    await mkdir(join(folder, 'state/tests/999999999-1/labs'), { recursive: true, mode: 0o700 });
    await run([await good()]);
    expect(statesLeft()).to.deep.equal([]);
  });

  it('clean up in every lane at Ctrl-C, and run nothing more', async function lab() {
    if (process.geteuid?.() !== 0) this.skip();
    const text = (name: string, id: string) => `
      import { mkdirSync, writeFileSync } from 'node:fs';
      it('waits', (done) => {
        mkdirSync(process.env.PGDRILL_STATE + '/labs/${id}', { recursive: true, mode: 0o700 });
        writeFileSync('${join(folder, name)}.began', '');
        setTimeout(done, 60_000);
      });`;
    const labs = [['one', 'aaaaa1'] as const, ['two', 'aaaaa2'] as const, ['three', 'aaaaa3'] as const];
    const files = await Promise.all(labs.map(([name, id]) => plant(name, text(name, id))));
    const child: ChildProcess = spawn(process.execPath, argv(files, ['--lanes', '2']), {
      env: env(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout!.on('data', (chunk: Buffer) => (output += chunk));
    const closed = new Promise((resolve) => child.once('close', resolve));
    const began = () => readdirSync(folder).filter((name) => name.endsWith('.began'));
    expect(await cameTrue(async () => began().length === 2, { withinMs: 60_000 }), output).to.equal(true);
    child.kill('SIGINT');
    expect(await closed, output).to.equal(130);
    expect(began()).to.have.lengthOf(2);
    expect(output)
      .to.contain('interrupted by SIGINT')
      .and.match(/removing aaaaa\d/);
    expect(statesLeft()).to.deep.equal([]);
  });
});
