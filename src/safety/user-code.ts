/** Runs code of a user's scenario in such a way that it cannot end the process: what is broken has to be healed first. */
import { SetupError } from '../errors.ts';

/** What runs now. All of it is ended: an error that nobody handled does not say whose it is. */
const running = new Set<AbortController>();
const { exit } = process;

/**
 * While `work` runs, `process.exit` throws instead of ending the process, and an error that nobody handles ends `work`
 * instead of the process.
 * @param work gets a signal that is then aborted, with a SetupError
 * @throws the signal's reason where `work` ends without an error of its own
 */
export async function contain<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  if (running.size === 0) {
    process.exit = refuseExit;
    process.on('uncaughtException', endAll).on('unhandledRejection', endAll);
  }
  running.add(stop);
  try {
    const result = await work(stop.signal);
    stop.signal.throwIfAborted();
    return result;
  } finally {
    running.delete(stop);
    if (running.size === 0) {
      process.exit = exit;
      process.off('uncaughtException', endAll).off('unhandledRejection', endAll);
    }
  }
}

function refuseExit(code?: number | string | null): never {
  const what = `the scenario called process.exit(${code ?? ''}), which would leave behind what it broke; throw an error`;
  throw stopAll(new SetupError(what));
}

function endAll(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  // What `refuseExit` threw in a callback has ended everything already.
  stopAll(new SetupError(`an error was not handled, most likely in the scenario: ${message}; await every promise`));
}

function stopAll(why: SetupError): SetupError {
  for (const stop of running) stop.abort(why);
  return why;
}

/**
 * Imports a module of a user's.
 * @throws SetupError where it calls `process.exit`, or has not been loaded in time
 * @throws its own error where it fails
 */
export async function importContained<T>(url: string, withinMs = 30_000): Promise<T> {
  return contain(async (signal) => {
    const ended = Promise.withResolvers<never>();
    // The timer also keeps the process alive, which would otherwise end without a word.
    const late = setTimeout(
      () =>
        ended.reject(
          new SetupError(
            `it has not loaded within ${withinMs / 1_000} s: its top level waits for something that never comes`,
          ),
        ),
      withinMs,
    );
    const abort = () => ended.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([import(url) as Promise<T>, ended.promise]);
    } finally {
      clearTimeout(late);
    }
  });
}
