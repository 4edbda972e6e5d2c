/** Does something again and again in the background. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Works, waits `everyMs`, works again …; disposing of it waits for the work that is under way. */
export function repeatedly(everyMs: number, work: () => Promise<void>): AsyncDisposable {
  const stopped = new AbortController();
  const working = (async () => {
    while (!stopped.signal.aborted) {
      await work();
      await sleep(everyMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await working;
    },
  };
}
