/**
 * Episodes: the times in which a stream was down, as its clients saw it.
 *
 *     good  good  bad  bad  bad … bad  good  good  … 1 s of good slots
 *                 ^ start: intended         ^ end: the first of these begins in fact
 *
 * Ten seconds of good slots decide whether clients are back for good: an episode that they do not follow is open. They do
 * not make one outage of several: a link that comes and goes is down for each of its cuts. A time in which others wrote on
 * over the same path is slow, not down (`slow.ts`), and no part of an episode.
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
import { slowTimes } from './slow.ts';
import { isGood, type Span, spansOf } from './spans.ts';

export { goodForUs, isGood } from './spans.ts';

/** A request that takes longer than a login and a first plan may take was kept waiting by somebody. */
const loginWithinUs = 100_000;

/** So many answers before a break say how long the one in flight at the break may have taken. */
const recentAnswers = 100;

const ok = slotOutcomes.indexOf('ok');
const failed = slotOutcomes.indexOf('failed');

/** An episode with its edges: it began somewhere in `start`, and ended somewhere in `end`. µs. */
export interface TimedEpisode extends Episode {
  readonly start: Interval;
  readonly end: Interval;
}

/** All episodes of all streams, in the order of their starts. */
export const timedEpisodes = once((run: Run): readonly TimedEpisode[] => {
  const context = { blind: blindTimes(run), faults: faultWindows(run) };
  const all = [...run.slots.values()].flatMap((slots) => {
    const slow = slowTimes(run).get(slots.stream.name) ?? [];
    return spansOf(slots).flatMap((span) => withoutSlow(slots, episodeOf(slots, span, context), slow, context));
  });
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

interface Context {
  /** When the harness was late. */
  readonly blind: readonly Interval[];
  /** A heal before the end spoils the duration. */
  readonly faults: readonly FaultWindow[];
}

function episodeOf(slots: Slots, span: Span, { blind, faults }: Context): TimedEpisode {
  const { firstBad, lastBad, firstGood } = span;
  const start = widened(startEdge(slots, firstBad), blind);
  const startUs = startOf(slots, firstBad);
  const endUs = firstGood === undefined ? null : servedFrom(slots, firstGood);
  // Not back for good: what was seen of it ends with the last answer, or with the last slot.
  const answeredUs = seenUntil(slots, lastBad);
  const seenUntilUs = endUs ?? answeredUs;
  const end = widened(interval(Math.min(serviceSeenAgain(slots, span), seenUntilUs), answeredUs), blind);
  const lastedUs = seenUntilUs - startUs;
  return {
    stream: slots.stream.name,
    ...{ startUs, endUs, lastedUs },
    ...cutOf(faults, startUs, endUs),
    ...uncertainty(lastedUs, start, end),
    ...badSlotsOf(slots, span),
    ...{ start, end },
  };
}

function uncertainty(lastedUs: number, start: Interval, end: Interval): Pick<Episode, 'minusUs' | 'plusUs'> {
  const lasted = elapsed(start, end);
  return { minusUs: Math.max(0, lastedUs - lasted.lo), plusUs: Math.max(0, lasted.hi - lastedUs) };
}

function cutOf(faults: readonly FaultWindow[], startUs: number, endUs: number | null): Pick<Episode, 'cutBy'> {
  if (endUs === null) return { cutBy: 'end' };
  return healedWithin(faults, startUs, endUs) ? { cutBy: 'heal' } : {};
}

/** What is left of an episode without the times in which its path was slow: from one acknowledgement to the next. */
function withoutSlow(
  slots: Slots,
  whole: TimedEpisode,
  slow: readonly Interval[],
  { faults }: Context,
): TimedEpisode[] {
  const wholeEndUs = whole.startUs + whole.lastedUs;
  const within = slow
    .map(({ lo, hi }) => ({ lo: Math.max(lo, whole.startUs), hi: Math.min(hi, wholeEndUs) }))
    .filter(({ lo, hi }) => lo < hi);
  if (within.length === 0) return [whole];
  const parts = [...within, undefined].map((next, i) => {
    const before = within[i - 1];
    const startUs = before?.hi ?? whole.startUs;
    const endUs = next?.lo ?? whole.endUs;
    return { startUs, endUs, untilUs: endUs ?? wholeEndUs, before, next };
  });
  return (
    parts
      // What lies between a slow time and a good one is the time of an answer.
      .filter(({ startUs, untilUs }) => untilUs - startUs > loginWithinUs)
      .map(({ startUs, endUs, untilUs, before, next }) => {
        const lastedUs = untilUs - startUs;
        // Between two acknowledgements nothing says when it broke and was back, but that neither lay beyond them.
        const start = before ? interval(startUs, Math.min(untilUs, startUs + slots.stream.limitUs)) : whole.start;
        const end = next ? interval(Math.max(startUs, untilUs - slots.stream.limitUs), untilUs) : whole.end;
        return {
          stream: whole.stream,
          ...{ startUs, endUs, lastedUs },
          ...cutOf(faults, startUs, endUs),
          ...uncertainty(lastedUs, start, end),
          ...badSlotsOf(slots, spanWithin(slots, startUs, untilUs)),
          ...{ start, end },
        };
      })
  );
}

/** The bad slots that were due within some time. */
function spanWithin(slots: Slots, fromUs: number, untilUs: number): Span {
  const from = slots.dueUs.findIndex((us) => us >= fromUs);
  const next = slots.dueUs.findIndex((us) => us >= untilUs);
  const lastBad = Math.max(from, (next < 0 ? slots.n : next) - 1);
  return { firstBad: from, lastBad, firstGood: undefined };
}

/**
 * The intended start of the first bad slot; or, where good slots before it had queued behind an outage and were asked only
 * after that, the time at which the last of them was.
 */
function startOf({ dueUs, startUs }: Slots, firstBad: number): number {
  const askedUs = firstBad === 0 ? Number.NaN : startUs[firstBad - 1]!;
  return askedUs - dueUs[firstBad]! > loginWithinUs ? askedUs : dueUs[firstBad]!;
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
