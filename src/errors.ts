/** Errors that the user sees as one sentence: what was expected, what came, what to do. */
import { distance } from 'fastest-levenshtein';
import { redact } from './secrets.ts';

/** Exit codes of the command line. */
export const exitCodes = { pass: 0, fail: 1, unknown: 2, refused: 3 } as const;

/** An error whose message is meant for the user: without a stack trace, and without secrets. */
export class PgdrillError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(redact(message), options);
    this.exitCode = exitCode;
  }
}
/** Bad input, or refused for safety: exit code 3. */
export class UsageError extends PgdrillError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, exitCodes.refused, options);
  }
}
/** The harness could not do its work: a program or right is missing, a stack did not become healthy: exit code 2. */
export class SetupError extends PgdrillError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, exitCodes.unknown, options);
  }
}

/** ` (did you mean primary-crash?)`, or a list where nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, far: distance(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)[0];
  if (near && near.far <= Math.max(2, word.length / 3)) return ` (did you mean ${near.name}?)`;
  return `; known: ${known.join(', ')}`;
}

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
export function explainEnd(error: unknown, signal: AbortSignal): PgdrillError {
  if (signal.aborted)
    return new SetupError('the run was interrupted; what it had broken was healed and what it had made removed');
  if (isSuppressed(error)) {
    const message = `${explainEnd(error.suppressed, signal).message}; cleaning up after that failed too: ${messageOf(error.error)}`;
    return new SetupError(message, { cause: error });
  }
  if (error instanceof PgdrillError) return error;
  return new SetupError(`the drill ended with an error: ${messageOf(error)}`, { cause: error });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
