/** How far away the system is: what a request takes on each path while nothing is broken. */
import type { Run, Slots } from '../../journal/run.ts';
import { isGood } from '../availability/episodes.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { quantile } from '../stats.ts';

export interface RoundTrip {
  readonly stream: string;
  readonly does: 'writes' | 'reads';
  /** Median from the start of a request to its answer, on a kept connection, µs. A write's holds its commit. */
  readonly medianUs: number;
}

/** The median round trip of each stream with a kept connection before the first fault; none of a stream without good slots. */
export function roundTrips(run: Run): RoundTrip[] {
  const untilUs = faultWindows(run)[0]?.inject.lo ?? Number.POSITIVE_INFINITY;
  return [...run.slots.values()]
    .filter(({ stream }) => !stream.fresh)
    .flatMap((slots): RoundTrip[] => {
      const took = tookUs(slots, untilUs);
      const does = slots.stream.path === 'readonly' ? 'reads' : 'writes';
      return took.length > 0 ? [{ stream: slots.stream.name, does, medianUs: quantile(took, 0.5) }] : [];
    });
}

function tookUs(slots: Slots, untilUs: number): number[] {
  const took: number[] = [];
  for (let i = 0; i < slots.n; i++)
    if (slots.dueUs[i]! < untilUs && isGood(slots, i)) took.push(slots.doneUs[i]! - slots.startUs[i]!);
  return took;
}
