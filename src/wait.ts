/** Waiting with a deadline. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from './errors.ts';

export interface WaitOptions {
  readonly withinMs: number;
  readonly everyMs?: number;
  /** Completes the sentence "waited 30 s for …". */
  readonly what: string;
  readonly signal?: AbortSignal;
  /** Why it is not there yet, for the sentence that ends a failed wait. */
  readonly why?: () => string;
  /** Called with a line when the first answer is missing, and every 30 s from then on. Absent: the wait is silent. */
  readonly progress?: (line: string) => void;
}

/** A reader who sees no new line for longer than this takes the program for dead. */
const lineEveryMs = 30_000;

/**
 * Asks again and again until the answer is not undefined.
 * @param lineMs how far apart lines of progress are
 * @throws SetupError after `withinMs`, or the signal's reason; what `ask` throws ends the wait at once
 */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  options: WaitOptions,
  lineMs: number = lineEveryMs,
): Promise<T> {
  const { withinMs, what, why } = options;
  let answer: T | undefined;
  const found = async () => (answer = await ask()) !== undefined;
  if (!(await cameTrue(options.progress ? reported(found, options, lineMs) : found, options)))
    throw new SetupError(`waited ${withinMs / 1000} s for ${what}, without success${why ? `: ${why()}` : ''}`);
  return answer as T;
}

/** The same question, with a line of progress where it is due. */
function reported(
  found: () => Promise<boolean>,
  { withinMs, what, why, progress }: WaitOptions,
  lineMs: number,
): () => Promise<boolean> {
  const sinceMs = performance.now();
  let nextMs = sinceMs;
  return async () => {
    if (await found()) return true;
    const nowMs = performance.now();
    if (nowMs < nextMs) return false;
    const waited = nextMs > sinceMs ? `waited ${Math.round((nowMs - sinceMs) / 1_000)} of` : 'waiting up to';
    progress?.(`${waited} ${withinMs / 1_000} s for ${what}${why ? `: ${why()}` : ''}`);
    nextMs = nowMs + lineMs;
    return false;
  };
}

/**
 * Asks again and again until the answer is true.
 * @returns false where it was not true within `withinMs`
 * @throws the signal's reason; what `ask` throws ends the wait at once
 */
export async function cameTrue(
  ask: () => Promise<boolean>,
  { withinMs, everyMs = 100, signal }: Pick<WaitOptions, 'withinMs' | 'everyMs' | 'signal'>,
): Promise<boolean> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    if (await ask()) return true;
    if (performance.now() > deadlineMs) return false;
    await sleep(everyMs, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
  }
}

/**
 * What `attempt` gives, or undefined where it has not ended in time. It keeps the process alive meanwhile: a connection
 * that broke without a word holds nothing open any more, and Node.js would end in the middle of the wait.
 */
export async function within<T>(attempt: Promise<T>, ms: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  return Promise.race([attempt, late.promise]).finally(() => clearTimeout(timer));
}
