/** A measurement against its limit. */
import type { Check, Limit, Measured, Result } from './verdict.ts';

/**
 * Passes if the whole interval is within the limit, fails if the whole interval is beyond it, and is unknown otherwise:
 * where nothing was measured, and where the limit lies within the uncertainty.
 */
export function check(found: Measured, limit: Limit): Check {
  const outcomes = [
    ...(limit.max === undefined ? [] : [atMost(limit.max, found.lower, found.upper)]),
    ...(limit.min === undefined ? [] : [atLeast(limit.min, found.lower, found.upper)]),
  ];
  return { ...found, limit, outcome: found.value === null ? 'unknown' : worst(outcomes) };
}

const rank: Readonly<Record<Result, number>> = { pass: 0, unknown: 1, fail: 2 };

/** `fail` outranks `unknown`, which outranks `pass`; nothing at all is `unknown`. */
export const worst = (results: readonly Result[]): Result =>
  results.length === 0 ? 'unknown' : results.reduce((a, b) => (rank[a] >= rank[b] ? a : b));

function atMost(max: number, lower: number | null, upper: number | null): Result {
  if (upper !== null && upper <= max) return 'pass';
  return lower !== null && lower > max ? 'fail' : 'unknown';
}

function atLeast(min: number, lower: number | null, upper: number | null): Result {
  if (lower !== null && lower >= min) return 'pass';
  return upper !== null && upper < min ? 'fail' : 'unknown';
}
