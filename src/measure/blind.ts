/** Times in which the harness itself was late, so that nothing it says of them is sharper than they are long. */
import type { Run, Slots } from '../journal/run.ts';
import { covered, type Interval, interval, union } from './interval.ts';
import { once } from './once.ts';

/** A slot started this much later than it could have been is the prober's own doing, journalled as a stall or not. */
export const selfMadeLatenessUs = 50_000;

/** The stalls that the harness noticed, and those that its slots give away. Disjoint, in order. */
export const blindTimes = once((run: Run): readonly Interval[] =>
  union([
    ...run.stalls.map(({ fromUs, untilUs }) => interval(fromUs, untilUs)),
    ...[...run.slots.values()].flatMap(lateStarts),
  ]),
);

/**
 * Slots that began later than their due time although the connection was free. A slot behind a busy connection is late
 * because the system is; one that finds it free and still starts late was forgotten by the prober.
 */
export function lateStarts({ n, dueUs, startUs, doneUs }: Slots): Interval[] {
  const late: Interval[] = [];
  let freeUs = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(startUs[i]!)) continue;
    const possibleUs = Math.max(dueUs[i]!, freeUs);
    if (startUs[i]! - possibleUs > selfMadeLatenessUs) late.push(interval(possibleUs, doneUs[i]!));
    freeUs = Math.max(freeUs, doneUs[i]!);
  }
  return late;
}

/** Which part of the time that was probed the harness was blind, 0 … 1. */
export function blindShare(run: Run): number {
  const probed = [...run.slots.values()].filter(({ n }) => n > 0);
  const from = Math.min(...probed.map(({ dueUs }) => dueUs[0]!));
  const until = Math.max(...probed.map(({ dueUs, n }) => dueUs[n - 1]!));
  if (!(until > from)) return 0;
  const within = blindTimes(run).map(({ lo, hi }) => ({ lo: Math.max(lo, from), hi: Math.min(hi, until) }));
  return covered(within.filter(({ lo, hi }) => hi > lo)) / (until - from);
}
