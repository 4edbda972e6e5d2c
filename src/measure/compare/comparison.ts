/** One metric of two groups of runs, compared. */

import type { MetricName, Unit } from '../metrics.ts';
import type { Shift } from './hodges-lehmann.ts';
export interface Comparison {
  readonly metric: MetricName;
  readonly unit: Unit;
  readonly change: Change;
  /** One or two sentences: why. */
  readonly reason: string;
  /** Every value of both groups, in the order of the runs. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** p of Mann and Whitney after Holm's adjustment; null where nothing was tested. */
  readonly p: number | null;
  /** After − before, with its lower and its upper 95 % bound. */
  readonly shift: Shift | null;
  /** A shift is of interest from here on: 10 % of what was, or the resolution of the measurement, if that is more. */
  readonly threshold: number;
  /** Runs that each group needs beyond those that it has; null: none, or more than is sensible. */
  readonly furtherRuns: number | null;
}

export type Change = 'regression' | 'improvement' | 'no change' | 'inconclusive' | 'not comparable';
