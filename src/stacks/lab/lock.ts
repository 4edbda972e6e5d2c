/**
 * A lock between processes that the kernel gives back when its holder dies, however it dies.
 * Node cannot lock files, so util-linux's `flock` holds it for as long as our end of a pipe is open.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SetupError } from '../../errors.ts';

export interface LockOptions {
  /** Told once where another process holds the lock and ours has to wait. */
  readonly onWait?: () => void;
  readonly signal?: AbortSignal;
}

/** Waits for the lock on a file, runs `work` and gives the lock back, however `work` ends. */
export async function withLock<T>(file: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const ended = once(holder, 'close').catch(() => {});
  const late = setTimeout(() => options.onWait?.(), 300);
  try {
    await held(holder, file);
    clearTimeout(late);
    return await work();
  } finally {
    clearTimeout(late);
    holder.stdin.end();
    await ended;
  }
}

async function held(holder: ChildProcess, file: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    holder.stdout?.once('data', () => resolve());
    holder.once('error', reject);
    holder.once('close', () => reject(new SetupError(`the lock ${file} could not be taken by flock (util-linux)`)));
  });
}
