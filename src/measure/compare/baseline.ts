/** New runs of a scenario against a baseline of earlier ones. */
import type { MetricName } from '../metrics.ts';
import { type ComparedRun, compare } from './compare.ts';
import type { Comparison } from './comparison.ts';
import { differences } from './fingerprint.ts';
import { powerSentence } from './power.ts';

/** Compared unless others are chosen: few, because each further one makes the others harder to decide. */
export const defaultMetrics: readonly MetricName[] = ['writeOutageMs', 'poolerPenaltyMs', 'recoveryMs'];

/** A comparison, and what it could have found; no power is shown where nothing was tested. */
export interface Decided extends Comparison {
  readonly power?: string;
}

export interface AgainstBaseline {
  readonly comparisons: readonly Decided[];
  /** Runs of the baseline in other circumstances than the new ones, left out; 0 where all of them are. */
  readonly leftOut: number;
}

/** Of the baseline only runs in the circumstances of the new ones are compared; if there is none, the newest says why. */
export function againstBaseline(
  baseline: readonly ComparedRun[],
  now: readonly ComparedRun[],
  chosen: readonly MetricName[],
): AgainstBaseline {
  const alike = baseline.filter(
    (run) => differences([run.fingerprint, ...now.map(({ fingerprint }) => fingerprint)]).length === 0,
  );
  const before = alike.length > 0 ? alike : baseline.slice(-1);
  const comparisons = compare(before, now, chosen);
  const tested = comparisons.filter(({ p }) => p !== null).length;
  return {
    comparisons: comparisons.map((one) => withPower(one, tested)),
    leftOut: alike.length > 0 ? baseline.length - alike.length : 0,
  };
}

/** A comparison with what it could have found. @param tested how many measures were tested together */
export const withPower = (comparison: Comparison, tested: number): Decided =>
  comparison.p === null
    ? comparison
    : { ...comparison, power: powerSentence(comparison.before, comparison.after.length, tested) };
