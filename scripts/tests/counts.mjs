// What a program of tests reports: how many passed, failed and were skipped, and why it counts as failed where it does not say.

/**
 * A run of mocha that ended without its closing lines has failed, whatever it counted.
 * @param ended of `program.mjs`
 * @returns the counts, and `why` where the run failed without a failing test
 */
export function countsOf({ mocha, limitMs }, { code, by, hung, output }) {
  const why = hung ? `did not end within ${limitMs / 1_000} s` : by ? `was ended by ${by}` : undefined;
  if (!mocha)
    return why || code !== 0 ? { passed: 0, failed: 1, skipped: 0, why } : { passed: 1, failed: 0, skipped: 0 };
  // The first of their kind: the text of a failed test, which comes after them, may hold the output of another mocha.
  const closing = (word) => new RegExp(`^ *(\\d+) ${word}\\b`, 'm').exec(output)?.[1];
  const counts = { passed: Number(closing('passing') ?? 0), failed: Number(closing('failing') ?? 0) };
  const skipped = Number(closing('pending') ?? 0);
  const silent = closing('passing') === undefined ? 'ended without the closing lines of mocha' : undefined;
  const failure = why ?? silent ?? (code !== 0 && counts.failed === 0 ? `ended with code ${code}` : undefined);
  return { ...counts, failed: counts.failed + (failure ? 1 : 0), skipped, ...(failure && { why: failure }) };
}
