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
