/** Errors that are told to the user as one sentence: what was expected, what came, what to do. */

/** Exit codes of the command line. */
export const exitCodes = { pass: 0, fail: 1, unknown: 2, refused: 3 } as const;

/** An error whose message is meant for the user: without a stack trace, and without secrets. */
export class PgdrillError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(withoutSecrets(message), options);
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

/** Text with `***` in place of passwords and tokens: errors repeat connection strings, and are kept in journals. */
export const withoutSecrets = (text: string): string =>
  text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*):[^\s@]+@/gi, '$1:***@')
    .replace(/("?\w*(?:password|passwd|secret|token)\w*"?\s*=\s*)('[^']*'|"[^"]*"|[^\s;&,]+)/gi, '$1***')
    .replace(/("\w*(?:password|passwd|secret|token)\w*"\s*:\s*)"[^"]*"/gi, '$1"***"')
    .replace(/\b(bearer\s+)\S+/gi, '$1***');

/** ` (did you mean primary-crash?)`, or a list where nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  if (near && near.distance <= Math.max(2, word.length / 3)) return ` (did you mean ${near.name}?)`;
  return `; known: ${known.join(', ')}`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
