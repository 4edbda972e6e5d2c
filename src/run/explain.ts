/** What ended a run, as one sentence. */
import { PgdrillError, SetupError } from '../errors.ts';

/** `await using` throws this where cleaning up fails after an error. Its constructor is not global in every Node. */
interface Suppressed extends Error {
  readonly name: 'SuppressedError';
  /** Of the clean-up. */
  readonly error: unknown;
  /** What came before it, and is the cause. */
  readonly suppressed: unknown;
}
const isSuppressed = (error: unknown): error is Suppressed =>
  error instanceof Error && error.name === 'SuppressedError' && 'suppressed' in error;

/** Every error becomes one sentence; an interruption says so. Where cleaning up failed too, both are named, the cause first. */
export function explain(error: unknown, signal: AbortSignal): PgdrillError {
  if (signal.aborted)
    return new SetupError('the run was interrupted; what it had broken was healed and what it had made removed');
  if (isSuppressed(error)) {
    const message = `${explain(error.suppressed, signal).message}; cleaning up after that failed too: ${messageOf(error.error)}`;
    return new SetupError(message, { cause: error });
  }
  if (error instanceof PgdrillError) return error;
  return new SetupError(`the drill ended with an error: ${messageOf(error)}`, { cause: error });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
