/** What every observer is given and gives. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Seen } from '../stack.ts';

export type Sink = (seen: Seen, atNs: bigint) => void;

/** How often the observer looks where nothing notifies it. */
export const lookEveryMs = 100;

/**
 * Runs `look` every 100 ms, or as often as is asked for, until it is disposed of, never two at once; a look that takes longer delays the next.
 * What `look` cannot see is something that it saw, so it throws only where the sink does; the disposal then rejects.
 */
export function repeat(look: (signal: AbortSignal) => Promise<void>, everyMs = lookEveryMs): AsyncDisposable {
  const ended = new AbortController();
  const { signal } = ended;
  const loop = async () => {
    for (let due = performance.now(); !signal.aborted; ) {
      await look(signal);
      due = Math.max(due + everyMs, performance.now());
      await sleep(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => {});
    }
  };
  const looping = loop();
  // Reported at the end: an error of the sink ends the looking, not the process.
  looping.catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await looping;
    },
  };
}
