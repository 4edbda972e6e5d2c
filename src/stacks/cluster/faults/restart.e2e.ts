/** The script that kills a postmaster from inside its pod, run here on a process of that name. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { awaitArmed } from '../../cnpg/armed.ts';
import { killPostmaster } from './restart.ts';

describe('the restart of a postmaster', function suite() {
  this.timeout(20_000);
  let folder: string;
  let victim: ChildProcess | undefined;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-restart-'));
    await copyFile('/bin/sleep', join(folder, 'postgres'));
  });
  afterEach(() => victim?.kill('SIGKILL'));
  after(() => rm(folder, { recursive: true, force: true }));

  const armed = async (program: string) => {
    victim = spawn(program, ['60']);
    await writeFile(join(folder, 'postmaster.pid'), `${victim.pid}\n/data\n`);
    const { PGDATA: _, ...env } = process.env;
    const talk = spawn('sh', ['-c', killPostmaster, 'sh', folder], { env });
    const ended = new Promise<number | undefined>((resolve) => talk.on('close', (code) => resolve(code ?? undefined)));
    const write = (text: string) => void talk.stdin.write(text);
    return awaitArmed({ out: talk.stdout, err: talk.stderr, ended, write, close: () => talk.kill() }, 'here');
  };

  it('kills it at the word and not before, and says which process is gone', async () => {
    const waiting = await armed(join(folder, 'postgres'));
    const exit = new Promise<string | null>((resolve) => victim!.on('exit', (_, signal) => resolve(signal)));
    expect(victim!.signalCode).to.equal(null);
    await waiting.fire();
    expect(await waiting.checked()).to.equal(String(victim!.pid));
    expect(await exit).to.equal('SIGKILL');
  });

  it('leaves a process of another name alone', async () => {
    const error = await armed('/bin/sleep').catch((reason: Error) => reason);
    expect((error as Error).message).to.match(/did not start: process \d+ is not postgres/);
    expect(victim!.signalCode).to.equal(null);
  });
});
