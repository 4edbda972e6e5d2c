/** Two timelines at once: what the old primary acknowledged although a new one did so already, and how much WAL that cost. */
import { outcomes } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { instancesByAddress } from '../instances.ts';
import { exactly, inSeconds, measured, ms, unmeasurable } from '../measured.ts';
import { once } from '../once.ts';
import type { Measured } from '../verdict.ts';
import { ledgerDetail } from './ledger.ts';

const okLocal = outcomes.indexOf('okLocal');

/** The first and last acknowledged writes of one instance on one timeline. */
interface Reign {
  readonly timeline: number;
  /** The instance, by its address where the stack does not name it; empty where the write did not say who took it. */
  readonly instance: string;
  readonly firstSent: number;
  readonly firstDone: number;
  readonly lastSent: number;
  readonly lastDone: number;
  /** Of `lastDone` and `firstDone`. */
  readonly lastRow: number;
  readonly firstRow: number;
  readonly lastLsn: number;
}

/**
 * `splitBrainMs`: at least max sent(ok on timeline k) − min done(ok on a later one), at most max done(ok on k) − min
 * sent(ok on a later one), of the pair for which that is largest; 0 if the upper end is not positive. Two instances that
 * acknowledge on *one* timeline have two histories of it: that lasts from the second one's first write to the last write
 * of either.
 */
export function splitBrain(run: Run): Measured {
  const metric = 'splitBrainMs';
  const reigns = reignsOf(run);
  if (reigns.length === 0) return unmeasurable(metric, 'no acknowledged write says on which timeline it was made');
  const overlaps = [...acrossTimelines(reigns), ...onOneTimeline(reigns)].map(({ rows, ...overlap }) => ({
    ...overlap,
    evidence: rows.map((row) => run.ops.seq[row]!),
  }));
  const worst = overlaps.sort((a, b) => b.upper - a.upper)[0];
  if (!worst || worst.upper === 0) return exactly(metric, 0, worst?.evidence, whyNone(reigns));
  const { lower, upper, evidence, note } = worst;
  return measured(metric, { value: ms(lower), lower: ms(lower), upper: ms(upper), evidence, note });
}

/** What a zero rests on: the acknowledged writes, and not how many timelines the cluster had. */
function whyNone(reigns: readonly Reign[]): string {
  const timelines = [...new Set(reigns.map(({ timeline }) => timeline))];
  const [first, ...others] = timelines;
  if (others.length === 0) return `all acknowledged writes are of timeline ${first}`;
  const gaps = others.map((timeline, i) => {
    const lastUs = Math.max(...reigns.filter((one) => one.timeline <= timelines[i]!).map(({ lastDone }) => lastDone));
    const firstUs = Math.min(...reigns.filter((one) => one.timeline === timeline).map(({ firstDone }) => firstDone));
    return { timeline, us: firstUs - lastUs };
  });
  const least = gaps.reduce((a, b) => (b.us < a.us ? b : a));
  return `timeline ${least.timeline} took its first write of the load ${inSeconds(ms(least.us))} s after the last on the timeline before`;
}

interface Overlap {
  readonly lower: number;
  readonly upper: number;
  readonly note: string;
  readonly rows: readonly [number, number];
}

function acrossTimelines(reigns: readonly Reign[]): Overlap[] {
  const pairs = reigns.flatMap((old) =>
    reigns.filter(({ timeline }) => timeline > old.timeline).map((later) => ({ old, later })),
  );
  return pairs.map(({ old, later }) => ({
    lower: Math.max(0, old.lastSent - later.firstDone),
    upper: Math.max(0, old.lastDone - later.firstSent),
    note: `timelines ${old.timeline} and ${later.timeline}`,
    rows: [old.lastRow, later.firstRow],
  }));
}

function onOneTimeline(reigns: readonly Reign[]): Overlap[] {
  const inOrder = [...reigns].filter(({ instance }) => instance !== '').sort((a, b) => a.firstDone - b.firstDone);
  const pairs = inOrder.flatMap((first, i) =>
    inOrder.slice(i + 1).flatMap((second) => (second.timeline === first.timeline ? [{ first, second }] : [])),
  );
  return pairs.map(({ first, second }) => {
    const last = first.lastDone > second.lastDone ? first : second;
    return {
      lower: Math.max(0, last.lastSent - second.firstDone),
      upper: Math.max(1, last.lastDone - second.firstSent),
      note: `${first.instance} and ${second.instance} both acknowledged on timeline ${first.timeline}`,
      rows: [last.lastRow, second.firstRow],
    };
  });
}

/** `lostBytes` = max(0, last acknowledged LSN of a timeline − where the next one forked off), of the worst fork. */
export function lostBytes(run: Run): Measured {
  const metric = 'lostBytes';
  const detail = ledgerDetail(run);
  if (!detail) return unmeasurable(metric, 'the ledger of the primary was not read');
  const reigns = reignsOf(run).filter(({ lastLsn }) => lastLsn > 0);
  if (reigns.length === 0) return unmeasurable(metric, 'no acknowledged write says how far the WAL was');
  const beyond = reigns.flatMap((reign) => {
    const fork = detail.line.forks
      .filter(({ timeline }) => timeline > reign.timeline)
      .sort((a, b) => a.timeline - b.timeline)[0];
    return fork ? [{ bytes: Math.max(0, reign.lastLsn - fork.lsn), row: reign.lastRow }] : [];
  });
  const worst = beyond.sort((a, b) => b.bytes - a.bytes)[0];
  if (!worst) return exactly(metric, 0, [detail.line.seq], 'no failover happened');
  return exactly(metric, worst.bytes, [run.ops.seq[worst.row]!, detail.line.seq]);
}

const reignsOf = once((run: Run): Reign[] => {
  const { ops } = run;
  const byAddress = instancesByAddress(run);
  const names = ops.servers.map((address) => byAddress.get(address) ?? address);
  const reigns = new Map<number, Map<number, Mutable<Reign>>>();
  let last: { readonly timeline: number; readonly server: number; readonly reign: Mutable<Reign> } | undefined;
  for (let row = 0; row < ops.n; row++) {
    const timeline = ops.timeline[row]!;
    if (ops.outcome[row]! > okLocal || timeline <= 0) continue;
    const doneUs = ops.doneUs[row]!;
    const sentUs = ops.dueUs[row]! + Math.max(0, ops.sentAfterUs[row]!);
    const server = ops.server[row]!;
    // Most writes follow one of the same reign.
    if (last?.timeline === timeline && last.server === server) {
      extend(last.reign, row, sentUs, doneUs, ops.lsn[row]!);
      continue;
    }
    const ofTimeline = reigns.get(timeline) ?? new Map<number, Mutable<Reign>>();
    reigns.set(timeline, ofTimeline);
    const reign = ofTimeline.get(server);
    if (!reign) {
      const first = { firstSent: sentUs, firstDone: doneUs, lastSent: sentUs, lastDone: doneUs };
      const instance = names[server] ?? '';
      ofTimeline.set(server, { timeline, instance, ...first, lastRow: row, firstRow: row, lastLsn: ops.lsn[row]! });
      continue;
    }
    extend(reign, row, sentUs, doneUs, ops.lsn[row]!);
    last = { timeline, server, reign };
  }
  return [...reigns.values()].flatMap((some) => oneEach([...some.values()])).sort((a, b) => a.timeline - b.timeline);
});

function extend(reign: Mutable<Reign>, row: number, sentUs: number, doneUs: number, lsn: number): void {
  if (doneUs > reign.lastDone) {
    reign.lastDone = doneUs;
    reign.lastRow = row;
  }
  if (doneUs < reign.firstDone) {
    reign.firstDone = doneUs;
    reign.firstRow = row;
  }
  if (sentUs < reign.firstSent) reign.firstSent = sentUs;
  if (sentUs > reign.lastSent) reign.lastSent = sentUs;
  if (lsn > reign.lastLsn) reign.lastLsn = lsn;
}

/** An instance that got another address is still the same. */
function oneEach(reigns: readonly Reign[]): Reign[] {
  return [...Map.groupBy(reigns, ({ instance }) => instance).values()].map((some) => ({
    ...some[0]!,
    firstSent: Math.min(...some.map(({ firstSent }) => firstSent)),
    firstDone: Math.min(...some.map(({ firstDone }) => firstDone)),
    lastSent: Math.max(...some.map(({ lastSent }) => lastSent)),
    lastDone: Math.max(...some.map(({ lastDone }) => lastDone)),
    lastLsn: Math.max(...some.map(({ lastLsn }) => lastLsn)),
    lastRow: some.reduce((a, b) => (b.lastDone > a.lastDone ? b : a)).lastRow,
    firstRow: some.reduce((a, b) => (b.firstDone < a.firstDone ? b : a)).firstRow,
  }));
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
