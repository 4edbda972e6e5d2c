/** What a fault did to the streams: the episodes that belong to it. */
import type { Run, Slots } from '../../journal/run.ts';
import type { Interval } from '../interval.ts';
import { episodesOn, goodForUs, longest, type TimedEpisode } from './episodes.ts';
import { type FaultWindow, faultWindows, healCounts } from './fault-windows.ts';
import { directStreams, poolerStreams } from './outage.ts';

/** A request that was on its way when the fault came may have been due up to a stream's limit before it. */
const dueBeforeUs = 1_000_000;

/** The fault behind the longest episode of a pooler's (else the direct) write stream; the first one if none did harm. */
export function mainFault(run: Run): FaultWindow | undefined {
  const on = (streams: readonly Slots[]): TimedEpisode | undefined =>
    longest(streams.flatMap(({ stream }) => episodesOn(run, stream.name)));
  const worst = on(poolerStreams(run)) ?? on(directStreams(run));
  const windows = faultWindows(run);
  const before = worst && windows.findLast(({ inject }) => inject.lo <= worst.startUs + dueBeforeUs);
  return before ?? windows[0];
}

/** When the next fault can first do harm, µs. */
function nextFaultUs(run: Run, fault: FaultWindow): number {
  const next = faultWindows(run).find(({ inject }) => inject.lo > fault.inject.lo);
  return next ? next.inject.lo - dueBeforeUs : Number.POSITIVE_INFINITY;
}

/** The episodes of a stream that began after this fault, and before it was healed or the next one came. */
export function episodesAfter(run: Run, fault: FaultWindow, stream: string): TimedEpisode[] {
  const healUs = healCounts(fault) ? fault.heal!.lo : Number.POSITIVE_INFINITY;
  const untilUs = Math.min(healUs, nextFaultUs(run, fault));
  return episodesOn(run, stream).filter(({ startUs }) => startUs >= fault.inject.lo - dueBeforeUs && startUs < untilUs);
}

/** Whether a stream was down before this fault and still when it came, so that its end is not this fault's alone. */
export const downBefore = (run: Run, { inject }: FaultWindow, stream: string): boolean =>
  episodesOn(run, stream).some(
    ({ startUs, lastedUs }) => startUs < inject.lo - dueBeforeUs && startUs + lastedUs > inject.hi,
  );

/**
 * Those, and the relapses after them: episodes that began before the stream had been good for 10 s, also after the fault
 * was healed. Until then its clients were not back: an instance that thaws serves for a moment and then steps down.
 */
function withRelapses(run: Run, fault: FaultWindow, stream: string): TimedEpisode[] {
  const found = episodesAfter(run, fault, stream);
  const untilUs = nextFaultUs(run, fault);
  for (const episode of episodesOn(run, stream)) {
    const last = found.at(-1);
    if (!last || episode.startUs <= last.startUs || episode.startUs >= untilUs) continue;
    if (episode.startUs < last.startUs + last.lastedUs + goodForUs) found.push(episode);
  }
  return found;
}

/** When a stream was back from this fault for good: the end of the last of its episodes. */
export interface Recovery {
  readonly stream: string;
  /** Undefined: it was never down. */
  readonly last: TimedEpisode | undefined;
  readonly atUs: number;
  readonly at: Interval;
  /** It was not back while it was watched, or only after the heal: `at` is a lower bound. */
  readonly isBound: boolean;
}

/** @param neverDownUs what counts as the recovery of a stream that was never down */
export function recoveryOf(run: Run, fault: FaultWindow, stream: string, neverDownUs: number): Recovery {
  const all = withRelapses(run, fault, stream);
  const last = all.at(-1);
  if (!last) return { stream, last, atUs: neverDownUs, at: { lo: neverDownUs, hi: neverDownUs }, isBound: false };
  return { stream, last, atUs: last.startUs + last.lastedUs, at: last.end, isBound: all.some(({ cutBy }) => cutBy) };
}
