/** How many runs a comparison needs. */
import type { Shift } from './hodges-lehmann.ts';
import { smallestP } from './mann-whitney.ts';

/** More runs than this on each side are not realistic. */
const mostRuns = 1000;

/**
 * The fewest runs a side with which Holm's adjustment over `comparisons` measures can reach the level, if all runs of one
 * side are worse than all of the other: 4 against 4 cannot for two measures, 5 against 5 can for six.
 */
export function fewestRuns(comparisons: number, level: number): number {
  for (let runs = 1; runs <= mostRuns; runs++) if (smallestP(runs, runs) * comparisons < level) return runs;
  return mostRuns;
}

/**
 * How many runs a side would settle whether the shift lies beyond the threshold, if the runs to come are like those that
 * were seen. The interval's width goes with 1/√n, and must come to fit between the shift and the threshold.
 * @returns null where that is more than `mostRuns`: the shift lies on the threshold
 */
export function runsToSettle(
  runs: number,
  { shift, lower, upper }: Shift,
  threshold: number,
  fewest: number,
): number | null {
  if (lower === null || upper === null) return Math.max(fewest, runs + 1);
  const distance = Math.abs(Math.abs(shift) - threshold);
  const needed = Math.ceil(runs * ((upper - lower) / 2 / distance) ** 2);
  return needed > mostRuns || Number.isNaN(needed) ? null : Math.max(fewest, needed, runs + 1);
}
