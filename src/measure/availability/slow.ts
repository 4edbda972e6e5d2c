/**
 * Slow is not down: times in which the writes of clients were acknowledged one after the other, and no probe in time.
 *
 *     probes   good good | late late late … late | good good
 *     writes   ✓  ✓  ✓  ✓   ✓     ✓    ✓     ✓     ✓  ✓  ✓     never 1 s without one: slow, from the first late probe
 *
 * A probe asks twenty times a second and more over one connection, and gives each slot a second. A database that commits
 * four times a second answers none of them in time, and still serves clients that wait for a second.
 */
import { outcomes, slotOutcomes } from '../../journal/event.ts';
import type { Run, Slots } from '../../journal/run.ts';
import { type Interval, interval } from '../interval.ts';
import { counted, measured, ms, unmeasurable } from '../measured.ts';
import { once } from '../once.ts';
import { ownLoad } from '../own-load.ts';
import type { Measured } from '../verdict.ts';
import { acknowledgedThrough, answersOf } from './acknowledged.ts';
import { isGood, type Span, spansOf } from './spans.ts';

const failed = slotOutcomes.indexOf('failed');
const okLocal = outcomes.indexOf('okLocal');

/** A path on which nothing is acknowledged for longer is down. */
const downFromUs = 1_000_000;
/** At a low rate: so many mean distances between two acknowledgements. */
const downFromMeans = 10;
/** What lasts less belongs to the outage before or after it: the last or first requests that were held. */
const slowAtLeastUs = 5_000_000;
/** Of the bad slots of a path without clients: where more failed, it was not merely slow. */
const failedAtMost = 0.1;

/** The times in which a stream was slow, in order, by the stream's name. They lie within its stretches of bad slots. */
export const slowTimes = once((run: Run): ReadonlyMap<string, readonly Interval[]> => {
  const streams = [...run.slots.values()];
  const isPooler = ({ stream }: Slots): boolean => stream.path === 'pooler' && !stream.fresh;
  const poolers = new Map(streams.filter(isPooler).map((slots) => [slots.stream.name, slowOnPooler(run, slots)]));
  const others = streams
    .filter((slots) => !isPooler(slots))
    .map((slots) => {
      const { name, path } = slots.stream;
      const own = poolers.get(name.replace(/-fresh$/, ''));
      const witness = path === 'pooler' ? (own ?? []) : path === 'direct' ? [...poolers.values()].flat() : [];
      return [name, slowBeside(slots, witness)] as const;
    });
  return new Map([...poolers, ...others]);
});

/** Where a stretch of bad slots ends: with the first good answer, or with the last slot that was due. */
const timeOf = ({ dueUs, doneUs, n, stream }: Slots, { firstBad, lastBad }: Span): Interval => {
  const again = lastBad + 1;
  return interval(dueUs[firstBad]!, again < n ? doneUs[again]! : dueUs[n - 1]! + stream.stepUs);
};

/** By the clients of the same pooler, and the stream's own answers. */
function slowOnPooler(run: Run, slots: Slots): Interval[] {
  const long = spansOf(slots)
    .map((span) => timeOf(slots, span))
    .filter(({ lo, hi }) => hi - lo >= slowAtLeastUs);
  if (long.length === 0) return [];
  const clients = acknowledgedThrough(run, slots.stream.name, long);
  const answers = answersOf(slots);
  // Not by a list of both: of two times 200,000 numbers that took 16 MB more.
  const all = new Float64Array(clients.within.length + answers.length);
  all.set(clients.within);
  all.set(answers, clients.within.length);
  all.sort();
  const meanUs = clients.n > 1 ? (clients.lastUs - clients.firstUs) / (clients.n - 1) : 0;
  return long.flatMap((time) => served(time, all, Math.max(downFromUs, downFromMeans * meanUs)));
}

/** Stretches within `time` in which no two acknowledgements are further apart than `apartUs`. */
function served(time: Interval, times: Float64Array, apartUs: number): Interval[] {
  const within = times.filter((us) => time.lo <= us && us <= time.hi);
  const found: { lo: number; hi: number }[] = [];
  for (const us of within) {
    const last = found.at(-1);
    if (last && us - last.hi <= apartUs) last.hi = us;
    else found.push({ lo: us, hi: us });
  }
  return found
    .map(({ lo, hi }) => ({
      // Before and behind it the path was good.
      lo: lo - time.lo <= apartUs ? time.lo : lo,
      hi: time.hi - hi <= apartUs ? time.hi : hi,
    }))
    .filter(({ lo, hi }) => hi - lo >= slowAtLeastUs);
}

/**
 * Of a path that no client of the load takes: while clients elsewhere found the database slow, this path was slow, too,
 * unless its attempts failed.
 */
function slowBeside(slots: Slots, witness: readonly Interval[]): Interval[] {
  return spansOf(slots).flatMap((span) => {
    const time = timeOf(slots, span);
    const covering = witness.find(({ lo, hi }) => lo <= time.lo + slowAtLeastUs && time.hi - slowAtLeastUs <= hi);
    if (!covering || failedShare(slots, span) > failedAtMost) return [];
    return [time];
  });
}

function failedShare(slots: Slots, { firstBad, lastBad }: Span): number {
  let [bad, failures] = [0, 0];
  for (let i = firstBad; i <= lastBad; i++) {
    if (isGood(slots, i)) continue;
    bad++;
    if (slots.outcome[i] === failed) failures++;
  }
  return failures / bad;
}

interface SlowPooler {
  readonly slots: Slots;
  readonly times: readonly Interval[];
  readonly us: number;
}

/** The pooler that was slow for longest; undefined without poolers. */
const slowest = once((run: Run): SlowPooler | undefined => {
  const streams = [...run.slots.values()].filter(({ stream, n }) => stream.path === 'pooler' && !stream.fresh && n > 0);
  const sums = streams.map((slots) => {
    const times = slowTimes(run).get(slots.stream.name) ?? [];
    return { slots, times, us: times.reduce((sum, { lo, hi }) => sum + hi - lo, 0) };
  });
  return sums.sort((a, b) => b.us - a.us)[0];
});

/** `slowMs`: the slow times of the pooler that had most. */
export function slow(run: Run): Measured {
  const metric = 'slowMs';
  const found = slowest(run);
  if (!found) return unmeasurable(metric, 'no probes of a pooler');
  const { slots, times, us } = found;
  if (us === 0) return measured(metric, { value: 0, lower: 0, upper: 0 });
  // Each edge lies between two acknowledgements.
  const spreadUs = 2 * slots.stream.limitUs * times.length;
  return measured(metric, {
    value: ms(us),
    lower: ms(Math.max(0, us - spreadUs)),
    upper: ms(us + spreadUs),
    evidence: times.map(({ lo }) => slots.seq[slots.dueUs.findIndex((due) => due >= lo)]!),
    note: `${slots.stream.name}; ${whileSlow(run)}`,
  });
}

/** How much was served while it was slow, for all clients together: `47 % of the 4,012 writes that were due were acknowledged`. */
export function whileSlow(run: Run): string | undefined {
  const times = slowest(run)?.times ?? [];
  if (times.length === 0) return undefined;
  const { ops } = ownLoad(run);
  let [due, done] = [0, 0];
  for (let row = 0; row < ops.n; row++) {
    if (!times.some(({ lo, hi }) => lo <= ops.dueUs[row]! && ops.dueUs[row]! <= hi)) continue;
    due++;
    if (ops.outcome[row]! <= okLocal) done++;
  }
  return `${Math.round((100 * done) / Math.max(1, due))} % of the ${counted(due, 'write')} that were due were acknowledged`;
}
