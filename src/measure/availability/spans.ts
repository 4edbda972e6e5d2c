/** Stretches of bad slots: the rows of a stream between which it was not served in time. */
import { slotOutcomes } from '../../journal/event.ts';
import type { Slots } from '../../journal/run.ts';

/** So long a stream must be good before its clients count as back for good. */
export const goodForUs = 10_000_000;

/** So long it must be good for what comes after to be another outage. */
const apartUs = 1_000_000;

const ok = slotOutcomes.indexOf('ok');

/** Whether the request of a slot was answered well, within the stream's limit of its intended start. */
export const isGood = ({ outcome, doneUs, dueUs, stream }: Slots, i: number): boolean =>
  outcome[i] === ok && doneUs[i]! - dueUs[i]! <= stream.limitUs;

/** Rows of a stream's slots. */
export interface Span {
  readonly firstBad: number;
  readonly lastBad: number;
  /** The first good one after them; undefined where the last bad ones of the run were not followed by 10 s of good ones. */
  readonly firstGood: number | undefined;
}

/** Bad slots, and good ones between them that did not last for a second. */
export function spansOf(slots: Slots): Span[] {
  const spans: { firstBad: number; lastBad: number; firstGood: number | undefined }[] = [];
  for (let i = 0; i < slots.n; i++) {
    if (isGood(slots, i)) continue;
    const last = spans.at(-1);
    if (last && goodAfter(slots, last.lastBad, i) < apartUs) last.lastBad = i;
    else spans.push({ firstBad: i, lastBad: i, firstGood: undefined });
  }
  for (const [i, span] of spans.entries()) {
    const isBackForGood = goodAfter(slots, span.lastBad, slots.n) >= goodForUs;
    if (i < spans.length - 1 || isBackForGood) span.firstGood = span.lastBad + 1;
  }
  return spans;
}

/** For how long slots were due from the one after `bad` to the one before `next`, µs. */
const goodAfter = ({ dueUs, stream }: Slots, bad: number, next: number): number =>
  next === bad + 1 ? 0 : dueUs[next - 1]! + stream.stepUs - dueUs[bad + 1]!;
