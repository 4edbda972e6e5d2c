/** The script that kills PgBouncer from inside its pod, run here on processes of that name. */
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { awaitArmed } from '../../cnpg/armed.ts';
import { killPgbouncer } from './pooler-crash.ts';

describe('the crash of a PgBouncer from inside its pod', function suite() {
  this.timeout(20_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-pooler-'));
    await copyFile('/bin/sleep', join(folder, 'pgbouncer'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** In a PID namespace of its own, as in a pod, with these processes; `$1` starts them and is its process 1. */
  const inPod = (script: string) => {
    const words = ['--fork', '--pid', '--mount-proc', 'sh', '-c', script, 'sh', folder, killPgbouncer];
    const talk = spawn('unshare', words);
    const ended = new Promise<number | undefined>((resolve) => talk.on('close', (code) => resolve(code ?? undefined)));
    const write = (text: string) => void talk.stdin.write(text);
    return { out: talk.stdout, err: talk.stderr, ended, write, close: () => talk.kill() };
  };

  it('kills it at the word and not before, and outlives the end of its own shell with the container', async () => {
    // As CloudNativePG's manager, process 1 ends with PgBouncer, and everything in the pod with it. A shell gives background jobs no input of its own.
    const talk = inPod(
      'exec 3<&0; "$1/pgbouncer" 60 & victim=$!; sh -c "$2" <&3 & wait $victim; echo "died of $?"; exit 7',
    );
    const armed = await awaitArmed(talk, 'here', true);
    const early = await Promise.race([talk.ended, new Promise((resolve) => setTimeout(() => resolve('waits'), 300))]);
    expect(early).to.equal('waits');
    let said = '';
    talk.out.on('data', (chunk: Buffer) => (said += chunk));
    await armed.fire();
    expect(await talk.ended).to.equal(7);
    expect(said).to.include('died of 137');
  });

  it('does not start where no process has that name', async () => {
    const talk = inPod('sh -c "$2"');
    const error = await awaitArmed(talk, 'here', true).catch((reason: Error) => reason);
    expect((error as Error).message).to.equal('a command here did not start: no process is called pgbouncer');
  });
});
