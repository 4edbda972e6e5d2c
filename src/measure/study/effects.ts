/** What a factor of a study does to a measure: runs that differ in it alone, and belong to one block, are compared. */
import type { MetricName } from '../metrics.ts';
import { type PairedShift, pairedShift } from './signed-rank.ts';

export type Levels = Readonly<Record<string, string>>;

/** What one run says of durability and its price. */
export interface RunLosses {
  /** Timelines that forked off while it ran. */
  readonly failovers: number;
  readonly acknowledged: number;
  /** Null where the ledger of the primary was not read, or contradicts itself. */
  readonly lost: number | null;
  /** Of acknowledged writes before the first fault, from when they were due: the median and the 95th percentile, ms. */
  readonly writeMs: readonly [number, number] | null;
}

/** One run of a study. */
export interface StudyRun {
  readonly block: number;
  readonly levels: Levels;
  readonly run: string;
  /** What was measured; null where it was not measurable. */
  readonly measured: Readonly<Partial<Record<MetricName, number | null>>>;
  /** Absent in studies of before it was kept. */
  readonly losses?: RunLosses;
}

export interface Effect extends PairedShift {
  readonly metric: MetricName;
  readonly factor: string;
  readonly from: string;
  readonly to: string;
  /** Where it was looked at: these levels alone. */
  readonly within: Levels;
}

/**
 * The change of a measure from one level of a factor to another, all else equal.
 * @param within only runs of these levels
 * @returns undefined where no two runs can be compared
 */
export function effectOf(
  runs: readonly StudyRun[],
  { metric, factor, from, to, within = {} }: Pick<Effect, 'metric' | 'factor' | 'from' | 'to'> & { within?: Levels },
): Effect | undefined {
  const some = runs.filter(({ levels }) => isWithin(levels, within));
  const differences = pairsOf(some, factor, from, to).flatMap(([a, b]) => differenceOf(a, b, metric));
  if (differences.length === 0) return undefined;
  return { ...pairedShift(differences), metric, factor, from, to, within };
}

/** Whether levels are those that are asked for; others may be any. */
export const isWithin = (levels: Levels, asked: Levels): boolean =>
  Object.entries(asked).every(([name, level]) => levels[name] === level);

export interface Interaction extends PairedShift {
  readonly metric: MetricName;
  readonly factor: string;
  readonly other: string;
  /** The level of the other factor whose effect is taken away from that at `at`. */
  readonly at: string;
  readonly against: string;
}

/** By how much the effect of one factor (from its first level to its second) is larger at one level of another. */
export function interactionOf(
  runs: readonly StudyRun[],
  metric: MetricName,
  [factor, from, to]: readonly [string, string, string],
  [other, against, at]: readonly [string, string, string],
): Interaction | undefined {
  const effectsAt = (level: string): Map<string, number> =>
    new Map(
      pairsOf(
        runs.filter(({ levels }) => levels[other] === level),
        factor,
        from,
        to,
      ).flatMap(([a, b]) =>
        differenceOf(a, b, metric).map((difference) => [keyOf(a, [factor, other]), difference] as const),
      ),
    );
  const [first, second] = [effectsAt(against), effectsAt(at)];
  const differences = [...second].flatMap(([key, value]) => (first.has(key) ? [value - first.get(key)!] : []));
  if (differences.length === 0) return undefined;
  return { ...pairedShift(differences), metric, factor, other, at, against };
}

function pairsOf(runs: readonly StudyRun[], factor: string, from: string, to: string): [StudyRun, StudyRun][] {
  const at = (level: string) =>
    new Map(runs.filter(({ levels }) => levels[factor] === level).map((run) => [keyOf(run, [factor]), run]));
  const [before, after] = [at(from), at(to)];
  return [...before].flatMap(([key, run]) => (after.has(key) ? [[run, after.get(key)!] as [StudyRun, StudyRun]] : []));
}

function differenceOf(a: StudyRun, b: StudyRun, metric: MetricName): number[] {
  const [before, after] = [a.measured[metric], b.measured[metric]];
  return before === undefined || before === null || after === undefined || after === null ? [] : [after - before];
}

/** The block and the levels of all other factors. */
const keyOf = ({ block, levels }: StudyRun, without: readonly string[]): string =>
  JSON.stringify([
    block,
    ...Object.entries(levels)
      .filter(([name]) => !without.includes(name))
      .sort(),
  ]);
