/**
 * Two groups of runs, measure by measure: did it become worse? See METRICS "Across runs".
 *
 * Limits come first and are absolute; this is for what is within them. Failover times have several modes (timers of 5,
 * 10, 15, 30 s), so nothing here assumes a shape or compares means.
 */

import { type MetricName, metrics } from '../metrics.ts';
import { quantile } from '../stats.ts';
import type { Measured } from '../verdict.ts';
import type { Change, Comparison } from './comparison.ts';
import { differences, type Fingerprint } from './fingerprint.ts';
import { hodgesLehmann, type Shift } from './hodges-lehmann.ts';
import { holm } from './holm.ts';
import { mannWhitney } from './mann-whitney.ts';
import { fewestRuns, runsToSettle } from './plan.ts';
import { reasonOf } from './reason.ts';

/** One run, as the history keeps it. */
export interface ComparedRun {
  readonly fingerprint: Fingerprint;
  readonly measured: Partial<Record<MetricName, Pick<Measured, 'value' | 'lower' | 'upper'>>>;
}

/** Fixed, so that nobody chooses them after the fact. */
export const level = 0.05;
/** Both bounds at 95 %, so that "no change" is the usual pair of one-sided tests of equivalence (Schuirmann 1987). */
export const intervalLevel = 0.9;
export const relevantShare = 0.1;

/**
 * @param chosen the measures to compare, chosen before the runs were seen: each further one makes the others harder to decide
 * @returns one comparison a measure, in the order chosen
 */
export function compare(
  before: readonly ComparedRun[],
  after: readonly ComparedRun[],
  chosen: readonly MetricName[],
): Comparison[] {
  const different = differences([...before, ...after].map((run) => run.fingerprint));
  const obstacles = chosen.map((metric) => obstacleTo(metric, before, after, different));
  const tested = chosen.filter((_, index) => obstacles[index] === undefined);
  const p = holm(tested.map((metric) => mannWhitney(valuesOf(metric, before), valuesOf(metric, after)).p));
  return chosen.map((metric, index) => {
    const obstacle = obstacles[index];
    if (obstacle !== undefined) return notComparable(metric, before, after, obstacle);
    return judged(metric, before, after, p[tested.indexOf(metric)]!, tested.length);
  });
}

function obstacleTo(
  metric: MetricName,
  before: readonly ComparedRun[],
  after: readonly ComparedRun[],
  different: readonly string[],
): string | undefined {
  if (different.length > 0) return `the runs differ in more than time: ${different.join('; ')}`;
  if ('safety' in metrics[metric]) return 'one occurrence fails a run; its limit judges each run separately';
  if (before.length === 0 || after.length === 0) return 'one of the groups has no runs';
  const missing = [...before, ...after].filter((run) => (run.measured[metric]?.value ?? null) === null).length;
  return missing > 0 ? `${missing} of the ${before.length + after.length} runs have no value of it` : undefined;
}

const valuesOf = (metric: MetricName, runs: readonly ComparedRun[]): number[] =>
  runs.map((run) => run.measured[metric]?.value ?? null).filter((value) => value !== null);

function notComparable(
  metric: MetricName,
  before: readonly ComparedRun[],
  after: readonly ComparedRun[],
  reason: string,
): Comparison {
  const values = { before: valuesOf(metric, before), after: valuesOf(metric, after) };
  const untested = { p: null, shift: null, threshold: 0, furtherRuns: null };
  return { metric, unit: metrics[metric].unit, change: 'not comparable', reason, ...values, ...untested };
}

function judged(
  metric: MetricName,
  before: readonly ComparedRun[],
  after: readonly ComparedRun[],
  p: number,
  comparisons: number,
): Comparison {
  const values = { before: valuesOf(metric, before), after: valuesOf(metric, after) };
  const shift = hodgesLehmann(values.before, values.after, intervalLevel);
  const typical = Math.abs(quantile(values.before, 0.5));
  const threshold = Math.max(relevantShare * typical, resolutionOf(metric, [...before, ...after]));
  const change = changeOf(shift, threshold, p, 'higherIsBetter' in metrics[metric]);
  const runs = Math.min(before.length, after.length);
  const needed = runsToSettle(runs, shift, threshold, fewestRuns(comparisons, level));
  const furtherRuns = change === 'inconclusive' && needed !== null ? needed - runs : null;
  const result = { metric, unit: metrics[metric].unit, change, ...values, p, shift, threshold, furtherRuns };
  return { ...result, reason: reasonOf(result) };
}

function changeOf({ lower, upper }: Shift, threshold: number, p: number, higherIsBetter: boolean): Change {
  if (lower === null || upper === null) return 'inconclusive';
  if (lower >= -threshold && upper <= threshold) return 'no change';
  const grew = lower > threshold;
  const shrank = upper < -threshold;
  if (p >= level || !(grew || shrank)) return 'inconclusive';
  return grew === higherIsBetter ? 'improvement' : 'regression';
}

/** The smallest difference that single measurements resolve: half the width of their intervals, the median of all runs. */
function resolutionOf(metric: MetricName, runs: readonly ComparedRun[]): number {
  const halves = runs.flatMap(({ measured }) => {
    const { lower, upper } = measured[metric] ?? { lower: null, upper: null };
    return lower !== null && upper !== null ? [(upper - lower) / 2] : [];
  });
  return halves.length > 0 ? quantile(halves, 0.5) : 0;
}
