/** Lets a drill happen: until it has ended, or something else ends it; then heals what is still broken. */
import { SetupError } from '../errors.ts';

export interface Performance {
  /** Runs the drill. */
  readonly drill: () => Promise<void>;
  /** Heals the faults that it has left. */
  readonly healAll: () => Promise<void>;
  /** Reject where the drill cannot go on. */
  readonly ends: readonly Promise<never>[];
  /** Ends the drill, with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Heals at the end in any case, and once only.
 * @throws the drill's error, or why it was ended, after healing
 * @throws SetupError where a fault could not be healed
 */
export async function perform({ drill, healAll, ends, signal }: Performance): Promise<void> {
  const trouble = await troubleOf(drill, ends, signal);
  await healAll().catch((why: Error) => {
    if (!trouble) throw why;
    throw new SetupError(`${why.message}; the drill had ended before: ${trouble.message}`, { cause: why });
  });
  if (trouble) throw trouble;
}

/** Resolves as soon as the drill has ended, or was: with its error, or with nothing. */
async function troubleOf(
  drill: Performance['drill'],
  ends: Performance['ends'],
  signal: AbortSignal,
): Promise<Error | undefined> {
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { signal: over.signal });
  });
  try {
    await Promise.race([aborted, drill(), ...ends]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    over.abort();
  }
}
