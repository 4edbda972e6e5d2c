/**
 * A lock between processes that the kernel gives back when its holder dies, however it dies.
 * Node cannot lock files, so util-linux's `flock` holds it for as long as our end of a pipe is open.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { SetupError } from '../../errors.ts';
import { makeFolders } from '../../safety/folders.ts';

export interface LockOptions {
  /** Called once where another process holds the lock and ours has to wait. */
  readonly onWait?: () => void;
  readonly signal?: AbortSignal;
}

/** Waits for the lock on a file, runs `work` and gives the lock back, however `work` ends. */
export async function withLock<T>(file: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  await makeFolders(dirname(file), 0o700);
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => holder.once('close', resolve));
  try {
    await held(holder, file, options);
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}

/** Resolves when the lock is ours. Only the wait can be aborted; once held, the lock is kept until `work` has ended. */
function held(holder: ChildProcess, file: string, { onWait, signal }: LockOptions): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => onWait?.(), 300);
    const finish = (then: () => void) => {
      clearTimeout(late);
      signal?.removeEventListener('abort', giveUp);
      then();
    };
    const giveUp = () => {
      holder.kill();
      finish(() => reject(signal?.reason));
    };
    holder.stdout?.once('data', () => finish(resolve));
    holder.once('error', (error) => finish(() => reject(error)));
    holder.once('close', () => finish(() => reject(new SetupError(`flock (util-linux) could not lock ${file}`))));
    if (signal?.aborted) giveUp();
    else signal?.addEventListener('abort', giveUp);
  });
}
