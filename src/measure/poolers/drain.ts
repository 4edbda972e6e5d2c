/** How long a pooler needed, once the server was back, until it worked as before. */
import { bisector } from 'd3-array';
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { type Recoveries, recoveries } from '../availability/recoveries.ts';
import type { Interval } from '../interval.ts';
import { measured, ms, unmeasurable } from '../measured.ts';
import { once } from '../once.ts';
import { quantile } from '../stats.ts';
import type { Measured } from '../verdict.ts';
import { cutsWithin, whyCut } from './log-cuts.ts';
import { connectsWithin, heldUs, lookUs, type Pooler, type PoolSample, poolersOf, whyNotWatched } from './pools.ts';

/** So long the calm must hold. */
const calmForUs = 5_000_000;
const secondUs = 1_000_000;

/** One pooler after the fault. */
export interface Drained {
  readonly pooler: Pooler;
  /** From the recovery of the direct stream, which the server's own return shows … */
  readonly from: Interval;
  /** … until it was calm; NaN: it was not, while it was watched. */
  readonly calmUs: number;
  /** Until when, if it was not calm while lines were left out of its log; NaN as above. */
  readonly calmLatestUs: number;
  /** The end of what was watched: the next fault, or the last sample. */
  readonly watchedUntilUs: number;
}

/** @returns why it is not measurable, where it is not */
export const drains = once((run: Run): readonly Drained[] | string => {
  const found = recoveries(run);
  if (typeof found === 'string') return found;
  const why = whyNotWatched(run);
  if (why) return why;
  const poolers = poolersOf(run);
  const silent = poolers.find(({ hasLog, samples }) => !hasLog || samples.length === 0);
  if (silent) return `the log or the console of ${silent.name} was not seen`;
  const steadyFromUs = run.phases.find(({ phase }) => phase === 'steady')?.tUs;
  if (steadyFromUs === undefined) return 'no steady state to compare with';
  return poolers.map((pooler) => drainOf(run, pooler, found, steadyFromUs));
});

/** `drainMs`: of the pooler that needed longest. */
export function drain(run: Run): Measured {
  const metric = 'drainMs';
  const found = drains(run);
  if (typeof found === 'string') return unmeasurable(metric, found);
  const each = found.map((one) => ({ ...one, endUs: Number.isNaN(one.calmUs) ? one.watchedUntilUs : one.calmUs }));
  const last = each.sort((a, b) => b.endUs - a.endUs)[0]!;
  const uncalm = each.find(({ calmUs }) => Number.isNaN(calmUs));
  const latestUs = Math.max(...each.map(({ calmLatestUs }) => calmLatestUs));
  const unsure = each
    .filter(({ calmUs, calmLatestUs }) => calmUs !== calmLatestUs)
    .map(({ pooler }) => pooler.name)
    .sort();
  const cutNote = uncalm ? undefined : whyCut(run, unsure, last.from.lo);
  return measured(metric, {
    value: ms(Math.max(0, last.endUs - last.from.hi)),
    lower: ms(Math.max(0, last.endUs - lookUs - last.from.hi)),
    upper: Number.isNaN(latestUs) ? null : ms(latestUs + lookUs - last.from.lo),
    note: uncalm
      ? `a lower bound: ${uncalm.pooler.name} was not calm again`
      : [last.pooler.name, cutNote].filter(Boolean).join('; '),
  });
}

/**
 * Calm: cl_waiting at most the steady 95th percentile, nobody logging in, and at most 2 × steady + 1 new connections a
 * second; held for 5 s. Not before the pooler's own write stream is back: a pooler that makes no connection at all, and
 * answers everybody with an error, has nobody waiting either.
 */
function drainOf(run: Run, pooler: Pooler, found: Recoveries, steadyFromUs: number): Drained {
  const { fault, direct } = found;
  const ownUs = found.poolers.find(({ stream }) => stream === pooler.name)?.atUs ?? direct.atUs;
  const nextFault = faultWindows(run).find(({ inject }) => inject.lo > fault.inject.lo)?.inject.lo;
  const watchedUntilUs = Math.min(nextFault ?? Number.POSITIVE_INFINITY, pooler.samples.at(-1)!.tUs);
  const steady = ticks(steadyFromUs, fault.inject.lo).map((tUs) => sampleAt(pooler, tUs)?.clWaiting ?? 0);
  const steadySeconds = Math.max(1, (fault.inject.lo - steadyFromUs) / secondUs);
  const waitingMax = steady.length > 0 ? quantile(steady, 0.95) : 0;
  const rateMax = 2 * (connectsWithin(pooler, steadyFromUs, fault.inject.lo) / steadySeconds) + 1;
  const isCalm = (tUs: number): boolean => {
    const sample = sampleAt(pooler, tUs);
    if (!sample || tUs - sample.tUs > heldUs || sample.clWaiting > waitingMax || sample.svLogin > 0) return false;
    return connectsWithin(pooler, tUs - secondUs / 2, tUs + secondUs / 2) <= rateMax;
  };
  const fromUs = Math.max(direct.atUs, ownUs);
  const times = ticks(fromUs, watchedUntilUs);
  const calmUs = firstCalm(times, isCalm);
  const isSure = (tUs: number): boolean =>
    cutsWithin(pooler.cuts, tUs - secondUs / 2, tUs + secondUs / 2).length === 0 && isCalm(tUs);
  const calmLatestUs = pooler.cuts.length === 0 ? calmUs : firstCalm(times, isSure);
  return { pooler, from: direct.at, calmUs, calmLatestUs, watchedUntilUs };
}

/** The first of the times from which all were calm for 5 s; NaN if there is none. */
function firstCalm(times: readonly number[], isCalm: (tUs: number) => boolean): number {
  let sinceUs = Number.NaN;
  for (const tUs of times) {
    if (!isCalm(tUs)) sinceUs = Number.NaN;
    else if (Number.isNaN(sinceUs)) sinceUs = tUs;
    if (tUs - sinceUs >= calmForUs) return sinceUs;
  }
  return Number.NaN;
}

const ticks = (fromUs: number, untilUs: number): number[] =>
  Array.from({ length: Math.max(0, Math.ceil((untilUs - fromUs) / lookUs)) }, (_, i) => fromUs + i * lookUs);

const byTime = bisector((sample: PoolSample) => sample.tUs);
/** The sample that holds at a time; undefined before the first. */
const sampleAt = ({ samples }: Pooler, tUs: number): PoolSample | undefined => samples[byTime.right(samples, tUs) - 1];
