/** Ctrl-C and SIGTERM abort what runs, and leave it the time to clean up. */
import { warn } from './say.ts';

/** Runs `work` with a signal that the first Ctrl-C, SIGTERM or SIGHUP aborts. A second one changes nothing but a word. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stop = () => {
    const again = abort.signal.aborted;
    warn(again ? 'still cleaning up …' : 'interrupted: healing what is broken and removing what was made …');
    abort.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, stop);
  try {
    return await work(abort.signal);
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}
