/**
 * Episodes: the times in which a stream was down, as its clients saw it.
 *
 *     good  good  bad  bad  bad … bad  good  good  … 10 s of good slots
 *                 ^ start: intended         ^ end: the first of these begins in fact
 *
 * The end is the *actual* start of the first of 10 s of good slots, not its intended one: slots queue behind a connection
 * that hangs and may be as much as the stream's limit old when they are asked. Held against a proxy that cuts for known
 * times (`bench/outage.ts`) this is free of bias, where the answer comes later by a login and a first plan. Only where
 * that request was *held*, as a pooler does that has no server for it, the service was not back before the answer.
 */
import { slotOutcomes } from '../../journal/event.ts';
import type { Run, Slots } from '../../journal/run.ts';
import { elapsed, type Interval, interval, widened } from '../interval.ts';
import { once } from '../once.ts';
import type { Episode } from '../verdict.ts';
import { blindTimes } from './blind.ts';
import { type FaultWindow, faultWindows, healCounts } from './fault-windows.ts';

/** So long a stream must be good before it counts as back. */
export const goodForUs = 10_000_000;

/** A request that takes longer than a login and a first plan may take was kept waiting by somebody. */
const loginWithinUs = 100_000;

/** So many answers before a break say how long the one in flight at the break may have taken. */
const recentAnswers = 100;

const ok = slotOutcomes.indexOf('ok');
const failed = slotOutcomes.indexOf('failed');

/** Whether the request of a slot was answered well, within the stream's limit of its intended start. */
export const isGood = ({ outcome, doneUs, dueUs, stream }: Slots, i: number): boolean =>
  outcome[i] === ok && doneUs[i]! - dueUs[i]! <= stream.limitUs;

/** An episode with its edges: it began somewhere in `start`, and ended somewhere in `end`. µs. */
export interface TimedEpisode extends Episode {
  readonly start: Interval;
  readonly end: Interval;
}

/** All episodes of all streams, in the order of their starts. */
export const timedEpisodes = once((run: Run): readonly TimedEpisode[] => {
  const blind = blindTimes(run);
  const all = [...run.slots.values()].flatMap((slots) => episodesOf(slots, blind, faultWindows(run)));
  return all.sort((a, b) => a.startUs - b.startUs);
});

/** The same as reports and verdicts give them. */
export const episodes = (run: Run): Episode[] =>
  timedEpisodes(run).map(({ start: _start, end: _end, ...episode }) => episode);

export const episodesOn = (run: Run, stream: string): TimedEpisode[] =>
  timedEpisodes(run).filter((episode) => episode.stream === stream);

/** The longest of some episodes. */
export const longest = <E extends Episode>(some: readonly E[]): E | undefined =>
  [...some].sort((a, b) => b.lastedUs - a.lastedUs)[0];

/** The episodes of one stream. `blind`: when the harness was late; `faults`: a heal before the end spoils the duration. */
const episodesOf = (slots: Slots, blind: readonly Interval[], faults: readonly FaultWindow[]): TimedEpisode[] =>
  spansOf(slots).map((span) => episodeOf(slots, span, blind, faults));

/** Rows of a stream's slots: the first and last bad one, and the first good one after it, if 10 s of them came. */
interface Span {
  readonly firstBad: number;
  readonly lastBad: number;
  readonly firstGood: number | undefined;
}

function spansOf(slots: Slots): Span[] {
  const spans: Span[] = [];
  let firstBad = -1;
  let lastBad = -1;
  for (let i = 0; i < slots.n; i++) {
    if (!isGood(slots, i)) {
      if (firstBad < 0) firstBad = i;
      lastBad = i;
    } else if (firstBad >= 0 && slots.dueUs[i]! + slots.stream.stepUs - slots.dueUs[lastBad + 1]! >= goodForUs) {
      spans.push({ firstBad, lastBad, firstGood: lastBad + 1 });
      firstBad = -1;
    }
  }
  if (firstBad >= 0) spans.push({ firstBad, lastBad, firstGood: undefined });
  return spans;
}

function episodeOf(slots: Slots, span: Span, blind: readonly Interval[], faults: readonly FaultWindow[]): TimedEpisode {
  const { firstBad, lastBad, firstGood } = span;
  const startUs = slots.dueUs[firstBad]!;
  const endUs = firstGood === undefined ? null : servedFrom(slots, firstGood);
  // Not back for good: what was seen of it ends with the last answer, or with the last slot.
  const answeredUs = seenUntil(slots, lastBad);
  const seenUntilUs = endUs ?? answeredUs;
  const start = widened(startEdge(slots, firstBad), blind);
  const end = widened(interval(Math.min(serviceSeenAgain(slots, span), seenUntilUs), answeredUs), blind);
  const lasted = elapsed(start, end);
  const lastedUs = seenUntilUs - startUs;
  const cutBy = endUs === null ? 'end' : healedWithin(faults, startUs, endUs) ? 'heal' : undefined;
  return {
    stream: slots.stream.name,
    startUs,
    endUs,
    lastedUs,
    ...(cutBy && { cutBy }),
    minusUs: Math.max(0, lastedUs - lasted.lo),
    plusUs: Math.max(0, lasted.hi - lastedUs),
    ...badSlotsOf(slots, span),
    ...{ start, end },
  };
}

/**
 * The path broke after the last good slot had started, and before the first bad one could have been answered: its start
 * and the longest that one of the last hundred good ones took (a further one takes longer once in 101 times), or its
 * failure.
 */
function startEdge(slots: Slots, firstBad: number): Interval {
  const { dueUs, startUs, doneUs, outcome, stream } = slots;
  const dueFirstUs = dueUs[firstBad]!;
  if (firstBad === 0) return interval(dueFirstUs - stream.stepUs, dueFirstUs);
  let slowestUs = 0;
  // Slots of an earlier outage do not show answer times: some were never sent.
  for (let i = firstBad - 1, seen = 0; i >= 0 && seen < recentAnswers; i--) {
    if (!isGood(slots, i)) continue;
    slowestUs = Math.max(slowestUs, doneUs[i]! - startUs[i]!);
    seen++;
  }
  const startedUs = Number.isNaN(startUs[firstBad]!) ? dueFirstUs : startUs[firstBad]!;
  const failedUs = outcome[firstBad] === failed ? doneUs[firstBad]! : Number.POSITIVE_INFINITY;
  return interval(startUs[firstBad - 1]!, Math.max(dueFirstUs, Math.min(startedUs + slowestUs, failedUs)));
}

/**
 * The earliest that the path can have served again. The last attempt that failed says: not before I began. An answer
 * after it which came too late to be good says: by now, for the request before it had been kept waiting.
 */
function serviceSeenAgain({ dueUs, startUs, doneUs, outcome }: Slots, { firstBad, lastBad }: Span): number {
  let answeredUs = Number.POSITIVE_INFINITY;
  for (let i = lastBad; i >= firstBad; i--) {
    if (outcome[i] === ok) answeredUs = Math.min(answeredUs, doneUs[i]!);
    else if (!Number.isNaN(startUs[i]!)) return Number.isFinite(answeredUs) ? answeredUs : startUs[i]!;
  }
  return Number.isFinite(answeredUs) ? answeredUs : dueUs[firstBad]!;
}

/**
 * When the first good request began: the one that made the connection, though older ones in its queue were asked first.
 * One that was held counts from its answer.
 */
function servedFrom({ n, dueUs, startUs, doneUs }: Slots, firstGood: number): number {
  const answeredUs = doneUs[firstGood]!;
  let fromUs = startUs[firstGood]!;
  for (let i = firstGood + 1; i < n && dueUs[i]! < answeredUs; i++) fromUs = Math.min(fromUs, startUs[i]!);
  return answeredUs - fromUs > loginWithinUs ? answeredUs : fromUs;
}

function seenUntil({ n, dueUs, doneUs, stream }: Slots, lastBad: number): number {
  const firstGoodAgain = lastBad + 1;
  return firstGoodAgain < n ? doneUs[firstGoodAgain]! : dueUs[n - 1]! + stream.stepUs;
}

const healedWithin = (faults: readonly FaultWindow[], startUs: number, endUs: number): boolean =>
  faults.some((fault) => healCounts(fault) && startUs <= fault.heal!.lo && fault.heal!.lo < endUs);

type BadSlots = Pick<Episode, 'badSlots' | 'errors' | 'evidence'>;

function badSlotsOf(slots: Slots, { firstBad, lastBad, firstGood }: Span): BadSlots {
  const counts = new Map<string, number>();
  let badSlots = 0;
  for (let i = firstBad; i <= lastBad; i++) {
    if (isGood(slots, i)) continue;
    badSlots++;
    const text = whatWasBad(slots, i);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const errors = [...counts].map(([text, n]) => ({ text, n })).sort((a, b) => b.n - a.n);
  const rows = [firstBad, lastBad, ...(firstGood === undefined ? [] : [firstGood])];
  return { badSlots, errors, evidence: rows.map((row) => slots.seq[row]!) };
}

function whatWasBad({ outcome, error, errors, startUs }: Slots, i: number): string {
  const text = errors[error[i]!];
  if (text !== undefined) return text;
  if (outcome[i] === ok) return 'answered too late';
  return Number.isNaN(startUs[i]!) ? 'waited behind a request without an answer' : slotOutcomes[outcome[i]!]!;
}
