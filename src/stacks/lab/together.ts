/** Several things at once that must all succeed. */

/**
 * Starts all tasks and waits until every one has ended, also when one fails: the clean-up afterwards must find
 * nobody still at work. The first failure aborts the others.
 * @throws the first failure, or the signal's reason
 */
export async function together<T>(
  signal: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
): Promise<T[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const started = tasks.map((task) =>
    task(either).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  const results = await Promise.allSettled(started);
  either.throwIfAborted();
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}
