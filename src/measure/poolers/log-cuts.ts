/**
 * Seconds in which lines were left out of a log: CloudNativePG's manager writes the first 100 lines of PgBouncer in a second,
 * then every 100th (`src/stacks/cnpg/observe/sampler.ts`). What is counted from such a log is a lower bound.
 */
import type { Run } from '../../journal/run.ts';
import { few, inSeconds, ms } from '../measured.ts';
import { once } from '../once.ts';
import { lookUs } from './look.ts';

interface LogCut {
  readonly fromUs: number;
  readonly untilUs: number;
  /** How many lines are missing at most; infinite where nothing computed it. */
  readonly most: number;
}
export type LogCuts = readonly LogCut[];

/** PgBouncer's lines reach the manager a little after PgBouncer gave them its time. */
const slackUs = lookUs;
const none: LogCuts = [];

/** The seconds in which lines were left out, by source; in the order of time. */
const logCuts = once((run: Run): ReadonlyMap<string, LogCuts> => {
  const noted = run.notes.flatMap(({ logCut }) => (logCut ? [logCut] : []));
  if (noted.length === 0) return inferred(run);
  return new Map(
    [...Map.groupBy(noted, ({ source }) => source)].map(([source, lines]) => [
      source,
      lines
        .flatMap(({ seconds }) => seconds)
        .map(({ fromUs, untilUs, most }) => ({ fromUs, untilUs, most }))
        .sort((a, b) => a.fromUs - b.fromUs),
    ]),
  );
});

export const cutsOf = (run: Run, source: string): LogCuts => logCuts(run).get(source) ?? none;

/** Those that overlap [fromUs, untilUs]. */
export const cutsWithin = (cuts: LogCuts, fromUs: number, untilUs: number): LogCuts =>
  cuts.length === 0 ? none : cuts.filter((cut) => cut.fromUs - slackUs <= untilUs && cut.untilUs >= fromUs);

/** How many lines may be missing from a log in [fromUs, untilUs]. */
export const missingWithin = (cuts: LogCuts, fromUs: number, untilUs: number): number =>
  cutsWithin(cuts, fromUs, untilUs).reduce((sum, { most }) => sum + most, 0);

/**
 * Why a count of lines is a lower bound, in words.
 * @returns undefined where no line of these logs was left out in [fromUs, untilUs]
 */
export function whyCut(
  run: Run,
  sources: readonly string[],
  fromUs = Number.NEGATIVE_INFINITY,
  untilUs = Number.POSITIVE_INFINITY,
): string | undefined {
  const cut = sources.flatMap((source) => {
    const cuts = cutsWithin(cutsOf(run, source), fromUs, untilUs);
    if (cuts.length === 0) return [];
    const us = cuts.reduce((sum, one) => sum + one.untilUs - one.fromUs, 0);
    return [`${source} (in ${inSeconds(ms(us))} s)`];
  });
  return cut.length === 0
    ? undefined
    : `a lower bound: CloudNativePG’s manager left lines out of the log of ${few(cut)}`;
}

/**
 * The stretches of [fromUs, untilUs] in which a log has none of some lines, and lacks none.
 * @param times of the lines, in order
 */
export function gapsBetween(fromUs: number, untilUs: number, times: readonly number[], cuts: LogCuts) {
  const stops = [...times.map((us) => [us, us] as const), [untilUs, untilUs] as const];
  for (const cut of cutsWithin(cuts, fromUs, untilUs)) stops.push([cut.fromUs, Math.min(cut.untilUs, untilUs)]);
  if (cuts.length > 0) stops.sort(([a], [b]) => a - b);
  const gaps: { readonly fromUs: number; readonly untilUs: number }[] = [];
  let sinceUs = fromUs;
  for (const [begin, end] of stops) {
    gaps.push({ fromUs: sinceUs, untilUs: Math.max(sinceUs, begin) });
    sinceUs = Math.max(sinceUs, end);
  }
  return gaps;
}

const secondUs = 1_000_000;
const coreSeconds = 10;
/** Of the 100 lines that are written in a second, a few are not events: the observer's own, TLS of a connection. */
const leastInCore = 930;
/** Eleven full seconds and every 100th line beyond; a log with more is not sampled. */
const mostInCore = 1_150;
/** About the core of a storm, where fewer of the lines are events. At rest a pooler's log has about 10 events a second. */
const leastBeside = 25;

/**
 * Journals from before `logCut`: the log stands at about 100 events a second for 10 s, whatever clients do. The lab's PgBouncer
 * writes to a file, which nothing samples.
 */
function inferred({ header, poolLogs, stack }: Run): ReadonlyMap<string, LogCuts> {
  const found = new Map<string, LogCuts>();
  if (header.stack === 'lab') return found;
  for (const pooler of stack?.poolers ?? []) {
    const seconds: number[] = [];
    for (const { source, atUs, n } of poolLogs)
      if (source === pooler && atUs >= 0)
        seconds[Math.floor(atUs / secondUs)] = (seconds[Math.floor(atUs / secondUs)] ?? 0) + n;
    const cuts = cutSeconds(Array.from(seconds, (n) => n ?? 0));
    if (cuts.length > 0) found.set(pooler, cuts);
  }
  return found;
}

/** @param events how many events each second has */
function cutSeconds(events: readonly number[]): LogCuts {
  const cut = new Set<number>();
  for (let from = 0; from + coreSeconds <= events.length; from++) {
    const sum = events.slice(from, from + coreSeconds).reduce((a, b) => a + b, 0);
    if (sum > mostInCore) return none;
    if (sum < leastInCore) continue;
    for (let i = 0; i < coreSeconds; i++) cut.add(from + i);
    for (let i = from - 1; (events[i] ?? 0) >= leastBeside; i--) cut.add(i);
    for (let i = from + coreSeconds; (events[i] ?? 0) >= leastBeside; i++) cut.add(i);
  }
  return [...cut]
    .sort((a, b) => a - b)
    .map((i) => ({ fromUs: i * secondUs, untilUs: (i + 1) * secondUs, most: Number.POSITIVE_INFINITY }));
}
