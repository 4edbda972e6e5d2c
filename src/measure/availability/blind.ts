/** Times in which the harness itself was late, so that nothing it says of them is sharper than they are long. */
import { slotOutcomes } from '../../journal/event.ts';
import type { Run, Slots } from '../../journal/run.ts';
import { covered, type Interval, interval, union } from '../interval.ts';
import { once } from '../once.ts';

const ok = slotOutcomes.indexOf('ok');

/** A slot started this much later than it could have been is the prober's own doing, journalled as a stall or not. */
const selfMadeLatenessUs = 50_000;

/** The threads of the load's writers, here and in other generators, are not the one that probes: when they are late, probes are not. */
const otherThread = /^writers\b/;

/** The stalls that the harness noticed, and those that its slots give away. Disjoint, in order. */
export const blindTimes = once((run: Run): readonly Interval[] =>
  union([
    ...run.stalls
      .filter(({ source }) => !otherThread.test(source))
      .map(({ fromUs, untilUs }) => interval(fromUs, untilUs)),
    ...[...run.slots.values()].flatMap(lateStarts),
  ]),
);

/**
 * Slots that began later than their due time although the slot before them had been answered well, and so left them a
 * free connection. After a bad slot the start may wait for a new connection, which is the system's doing.
 */
function lateStarts({ n, dueUs, startUs, doneUs, outcome }: Slots): Interval[] {
  const late: Interval[] = [];
  for (let i = 1; i < n; i++) {
    if (outcome[i - 1] !== ok || Number.isNaN(startUs[i]!)) continue;
    const possibleUs = Math.max(dueUs[i]!, doneUs[i - 1]!);
    if (startUs[i]! - possibleUs > selfMadeLatenessUs) late.push(interval(possibleUs, doneUs[i]!));
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
