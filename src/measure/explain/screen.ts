/**
 * Which timers move which response. Every run has at most one timer moved, so the runs of all other timers are controls
 * beside those in which none was. A pair of timer and response counts if its shift, as a multiple of the spread of the
 * controls, is larger than the largest of all pairs in 19 of 20 relabellings of the runs (Westfall & Young 1993): that
 * holds however many pairs are looked at. Then the runs of the timers that were found are left out, and the rest is tried.
 *
 * Other responses that moved with a timer that was found are tested separately, because the strongest mark may hide them: against the runs
 * of timers that were not found in that response's family, with the bound of Bonferroni over the responses of the family
 * that it was found in itself, or over all.
 */
import { randomFrom } from '../../random.ts';
import { familyOf, type ResponseName, responseNames, type Trial } from './responses.ts';

export interface Mover {
  readonly timer: string;
  readonly response: ResponseName;
  /** Median of the runs with the timer moved − median of the controls, ms. */
  readonly shiftMs: number;
  /** Chance of so strong a pair anywhere, if no timer did anything. */
  readonly p: number;
  readonly moved: readonly number[];
  readonly controls: readonly number[];
}

const level = 0.05;
const relabellings = 1000;
/** Nothing in a journal of logs and looks is sharper than this, ms. */
const resolutionMs = 150;
/**
 * A spread of normal values in terms of their mean absolute deviation. The median of the deviations would be 0 for what
 * appears in every third run only (an attempt that hung), and three such runs by chance the strongest mark of all.
 */
const meanToDeviation = 1.2533;

/** @returns the pairs that count, strongest first */
export function movers(trials: readonly Trial[]): Mover[] {
  const random = randomFrom(trials.length);
  const found: Mover[] = [];
  for (let rest = trials; ; ) {
    const pairs = pairsOf(rest);
    const labels = rest.map(({ moved }) => moved);
    const largest = Array.from({ length: relabellings }, () => {
      const relabelled = shuffled(labels, random).map((moved, i) => ({ ...rest[i]!, moved }));
      return Math.max(0, ...pairsOf(relabelled).map(({ strength }) => strength));
    });
    const chance = (strength: number) => (largest.filter((one) => one >= strength).length + 1) / (relabellings + 1);
    const count = pairs.map(({ mover, strength }) => ({ ...mover, p: chance(strength) })).filter(({ p }) => p <= level);
    if (count.length === 0) return [...found, ...alsoMoved(trials, found, random)];
    found.push(...count);
    const known = new Set(count.map(({ timer }) => timer));
    rest = rest.filter(({ moved }) => moved === undefined || !known.has(moved));
  }
}

/** Of each timer that was found the responses that it was not found by. */
function alsoMoved(trials: readonly Trial[], found: readonly Mover[], random: () => number): Mover[] {
  const familiesOf = (timer: string | undefined) =>
    new Set(found.filter((one) => one.timer === timer).map(({ response }) => familyOf[response]));
  return [...new Set(found.map(({ timer }) => timer))].flatMap((timer) => {
    const known = new Set(found.filter((one) => one.timer === timer).map(({ response }) => response));
    const open = responseNames.filter((response) => !known.has(response));
    const near = open.filter((response) => familiesOf(timer).has(familyOf[response]));
    return open.flatMap((response): Mover[] => {
      const runs = trials.filter(({ moved }) => moved === timer || !familiesOf(moved).has(familyOf[response]));
      const pair = pairOf(runs, timer, response);
      if (!pair) return [];
      const tests = near.includes(response) ? near.length : responseNames.length;
      const labels = runs.map(({ moved }) => moved === timer);
      const p = tests * chanceOf(pair, runs, labels, random);
      return p <= level ? [{ ...pair.mover, p }] : [];
    });
  });
}

/** The share of relabellings of these runs in which this one pair is as strong. */
function chanceOf(
  { strength, mover: { timer, response } }: Pair,
  runs: readonly Trial[],
  labels: readonly boolean[],
  random: () => number,
): number {
  let asStrong = 1;
  for (let i = 0; i < relabellings; i++) {
    const relabelled = shuffled(labels, random).map((is, at) => ({ ...runs[at]!, moved: is ? timer : undefined }));
    if ((pairOf(relabelled, timer, response)?.strength ?? 0) >= strength) asStrong++;
  }
  return asStrong / (relabellings + 1);
}

interface Pair {
  readonly strength: number;
  readonly mover: Omit<Mover, 'p'>;
}

/** All pairs of a timer and a response, strongest first. */
function pairsOf(trials: readonly Trial[]): Pair[] {
  const timers = [...new Set(trials.flatMap(({ moved }) => moved ?? []))];
  const pairs = responseNames.flatMap((response) => timers.flatMap((timer) => pairOf(trials, timer, response) ?? []));
  return pairs.sort((a, b) => b.strength - a.strength);
}

function pairOf(trials: readonly Trial[], timer: string, response: ResponseName): Pair | undefined {
  const valuesOf = (some: readonly Trial[]) => some.flatMap(({ seen }) => seen[response] ?? []);
  const moved = valuesOf(trials.filter((trial) => trial.moved === timer));
  const controls = valuesOf(trials.filter((trial) => trial.moved !== timer));
  if (moved.length === 0 || controls.length < 3) return undefined;
  const middle = median(controls);
  const shiftMs = median(moved) - middle;
  const spread = meanToDeviation * mean(controls.map((value) => Math.abs(value - middle)));
  const strength = (leastShift(moved, middle) / Math.max(resolutionMs, spread)) * Math.sqrt(moved.length);
  return { strength, mover: { timer, response, shiftMs, moved, controls } };
}

/**
 * By how much all but the least quarter of the moved runs are shifted, of three all: a labelling that mixes runs is weak by
 * it, and a timer whose runs are shifted by chance far or less far (a client in its longest pause) is strong.
 */
function leastShift(moved: readonly number[], middle: number): number {
  const towards = Math.sign(median(moved) - middle);
  const shifts = moved.map((value) => towards * (value - middle)).sort((a, b) => a - b);
  return Math.max(0, shifts[Math.ceil(shifts.length / 4) - 1]!);
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const copy = [...values];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The smallest chance that so many runs could ever give: the most extreme labelling among all, for any timer. */
export function smallestChance(trials: readonly Trial[]): number {
  const timers = new Set(trials.flatMap(({ moved }) => moved ?? []));
  const each = [...timers].map((timer) => {
    const k = trials.filter(({ moved }) => moved === timer).length;
    let ways = 1;
    for (let i = 1; i <= k; i++) ways = (ways * (trials.length - i + 1)) / i;
    return 1 / ways;
  });
  return Math.min(
    1,
    Math.max(
      1 / (relabellings + 1),
      each.reduce((sum, chance) => sum + chance, 0),
    ),
  );
}
