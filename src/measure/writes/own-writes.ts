/** What sessions that write on the primary saw of their own writes on replicas: `load.readYourWrites`. */
import type { Run } from '../../journal/run.ts';
import { type SessionWrite, sessionWrites } from '../../journal/sessions/rows.ts';
import { timedEpisodes } from '../availability/episodes.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { counted, exactly, measured, ms, sampled, unmeasurable } from '../measured.ts';
import type { MetricName } from '../metrics.ts';
import { once } from '../once.ts';
import { quantile } from '../stats.ts';
import type { Measured } from '../verdict.ts';
import { promotionsIn } from './promotions.ts';

/** An acknowledged write that was read back at least once. */
export type ReadBack = SessionWrite & { readonly readUs: number };

const isReadBack = (write: SessionWrite): write is ReadBack =>
  (write.outcome === 'ok' || write.outcome === 'okLocal') && write.readUs !== undefined;

const readBack = once((run: Run): readonly ReadBack[] => sessionWrites(run.sessions).filter(isReadBack));

export const hasSessions = ({ header }: Run): boolean => header.load.readYourWrites !== undefined;

const whyNone = (run: Run): string =>
  hasSessions(run)
    ? 'no replica answered a session after a write that was acknowledged'
    : 'no sessions read their own writes on replicas (load.readYourWrites)';

/** How long a write was missing, µs after its acknowledgement: the last read that missed it, and the first that found it. */
const missingUs = ({ ackUs, missedUs, foundUs }: ReadBack) => ({
  lower: missedUs === undefined ? 0 : missedUs - ackUs,
  upper: missedUs === undefined ? 0 : foundUs === undefined ? Number.POSITIVE_INFINITY : foundUs - ackUs,
});

/** How long a session would wait from its first read until a replica has replayed its write, µs: until the read that found it. */
const waitUs = ({ readUs, missedUs, foundUs }: ReadBack): number => (foundUs ?? missedUs ?? readUs) - readUs;

/** `readYourWritesMs`: the longest that a session missed a write of its own that had been acknowledged. */
export function readYourWrites(run: Run): Measured {
  const metric = 'readYourWritesMs';
  const writes = readBack(run);
  if (writes.length === 0) return unmeasurable(metric, whyNone(run));
  const worst = writes.reduce((a, b) => (missingUs(b).lower > missingUs(a).lower ? b : a));
  const upper = Math.max(...writes.map((write) => missingUs(write).upper));
  const { lower } = missingUs(worst);
  return measured(metric, {
    value: ms(lower),
    lower: ms(lower),
    upper: Number.isFinite(upper) ? ms(upper) : null,
    evidence: lower > 0 ? [worst.seq] : [],
    note: lower > 0 ? `${worst.server ?? 'a replica'}; ${sharesText(run)}` : sharesText(run),
  });
}

/** `readYourWritesShare`: of the writes that were read back, those that the first read missed. */
export function readYourWritesShare(run: Run): Measured {
  const metric = 'readYourWritesShare';
  const writes = readBack(run);
  if (writes.length === 0) return unmeasurable(metric, whyNone(run));
  const missed = writes.filter(({ misses }) => misses > 0);
  const evidence = sampled(missed.map(({ seq }) => seq));
  return exactly(metric, missed.length / writes.length, evidence, sharesText(run));
}

/** `lsnWaitMs`: what waiting for the LSN floor costs a session, the 95th percentile of its writes. */
export function lsnWait(run: Run): Measured {
  const metric = 'lsnWaitMs';
  const writes = readBack(run);
  if (writes.length === 0) return unmeasurable(metric, whyNone(run));
  const value = quantile(writes.map(waitUs), 0.95);
  const lower = quantile(
    writes.map(({ readUs, missedUs = readUs }) => missedUs - readUs),
    0.95,
  );
  const unbounded = quantile(
    writes.map(({ foundUs, readUs }) => (foundUs === undefined ? Number.POSITIVE_INFINITY : foundUs - readUs)),
    0.95,
  );
  const upper = Number.isFinite(unbounded) ? ms(value) : null;
  const longest = Math.max(...writes.map(waitUs));
  const note = `median ${ms(quantile(writes.map(waitUs), 0.5)).toFixed(1)} ms, longest ${ms(longest).toFixed(1)} ms`;
  return measured(metric, { value: ms(value), lower: ms(Math.min(lower, value)), upper, note });
}

/**
 * `lsnFloorMisses`: writes that a read missed on a replica that had replayed past the LSN floor, which proves that it holds
 * them. On a new timeline the same position means other WAL, so writes with a promotion between them and the read are left out.
 */
export function lsnFloorMisses(run: Run): Measured {
  const metric: MetricName = 'lsnFloorMisses';
  const writes = readBack(run).filter(({ floor }) => floor > 0);
  if (writes.length === 0) return unmeasurable(metric, whyNone(run));
  const forks = promotionsIn(run).map(({ tUs, afterUs = tUs }) => ({ fromUs: afterUs, toUs: tUs }));
  const onOne = writes.filter(
    ({ startUs, missedUs = startUs }) => !forks.some(({ fromUs, toUs }) => fromUs <= missedUs && toUs >= startUs),
  );
  const broken = onOne.filter(({ missedAt, floor }) => missedAt >= floor);
  const evidence = sampled(broken.map(({ seq }) => seq));
  return exactly(metric, broken.length, evidence, `${counted(onOne.length, 'write')} with a floor`);
}

/** When a write was acknowledged: the failover lasts from the first fault until writes and reads were back. */
const periods = ['before', 'during', 'after'] as const;
type Period = (typeof periods)[number];

export interface PeriodShare {
  readonly period: Period;
  readonly writes: readonly ReadBack[];
  readonly missed: number;
  /** Of writes, from sending to acknowledgement: the median and the 95th percentile, ms. */
  readonly writeMs: readonly [number, number];
  /** The longest that a write was missed, ms; at least that. */
  readonly longestMs: number;
}

/** The shares before, during and after the failover; periods without a write are left out. */
export const periodShares = once((run: Run): readonly PeriodShare[] => {
  const fault = faultWindows(run)[0]?.inject.lo ?? Number.POSITIVE_INFINITY;
  const back = endOfTrouble(run, fault);
  const periodOf = ({ ackUs }: ReadBack): Period => (ackUs < fault ? 'before' : ackUs < back ? 'during' : 'after');
  const byPeriod = Map.groupBy(readBack(run), periodOf);
  return periods.flatMap((period) => {
    const writes = byPeriod.get(period) ?? [];
    if (writes.length === 0) return [];
    const took = writes.map(({ startUs, ackUs }) => ackUs - startUs);
    return [
      {
        ...{ period, writes, missed: writes.filter(({ misses }) => misses > 0).length },
        writeMs: [ms(quantile(took, 0.5)), ms(quantile(took, 0.95))] as const,
        longestMs: ms(Math.max(...writes.map((write) => missingUs(write).lower))),
      },
    ];
  });
});

/** The end of the last outage of writes or reads since the fault; without one, the end of the last fault. */
function endOfTrouble(run: Run, fault: number): number {
  const ends = timedEpisodes(run)
    .filter(({ end }) => end.hi > fault)
    .map(({ end }) => end.hi);
  const healed = faultWindows(run).flatMap(({ heal }) => (heal ? [heal.hi] : []));
  return Math.max(fault, ...(ends.length > 0 ? ends : healed));
}

/** `2 of 400 first reads missed their write: before 0 of 200, during 2 of 50, after 0 of 150`. */
function sharesText(run: Run): string {
  const parts = periodShares(run).map(({ period, missed, writes }) => `${period} ${missed} of ${writes.length}`);
  const writes = readBack(run);
  const missed = writes.filter(({ misses }) => misses > 0).length;
  const split = parts.length > 1 ? `: ${parts.join(', ')}` : '';
  return `${missed} of ${counted(writes.length, 'first read')} missed their write${split}`;
}
