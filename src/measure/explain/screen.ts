/**
 * Which timers move which response. Every run has at most one timer moved, so the runs of all other timers are controls
 * beside those in which none was. A pair of timer and response counts if its shift, as a multiple of the spread of the
 * controls, is larger than the largest of all pairs in 19 of 20 relabellings of the runs (Westfall & Young 1993): that
 * holds however many pairs are looked at. The strongest is found first, its runs are left out, and the rest is tried.
 */
import { randomFrom } from '../../load/schedule.ts';
import { type ResponseName, responseNames, type Trial } from './responses.ts';

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
/** A spread of normal values in terms of their median absolute deviation. */
const madToDeviation = 1.4826;

/** @returns the pairs that count, strongest first */
export function movers(trials: readonly Trial[]): Mover[] {
  const random = randomFrom(trials.length);
  const found: Mover[] = [];
  for (;;) {
    const best = strongest(trials, found);
    if (!best) return found;
    const labels = trials.map(({ moved }) => moved);
    let asStrong = 0;
    for (let i = 0; i < relabellings; i++) {
      const relabelled = relabel(trials, shuffled(labels, random), found);
      if ((strongest(relabelled, found)?.strength ?? 0) >= best.strength) asStrong++;
    }
    const p = (asStrong + 1) / (relabellings + 1);
    if (p > level) return found;
    found.push({ ...best.mover, p });
  }
}

interface Pair {
  readonly strength: number;
  readonly mover: Omit<Mover, 'p'>;
}

function strongest(trials: readonly Trial[], found: readonly Mover[]): Pair | undefined {
  const timers = [...new Set(trials.flatMap(({ moved }) => moved ?? []))];
  const pairs = responseNames.flatMap((response) => {
    const known = new Set(found.filter((one) => one.response === response).map(({ timer }) => timer));
    const free = trials.filter(({ moved }) => moved === undefined || !known.has(moved));
    return timers.filter((timer) => !known.has(timer)).flatMap((timer) => pairOf(free, timer, response) ?? []);
  });
  return pairs.sort((a, b) => b.strength - a.strength)[0];
}

function pairOf(trials: readonly Trial[], timer: string, response: ResponseName): Pair | undefined {
  const valuesOf = (some: readonly Trial[]) => some.flatMap(({ seen }) => seen[response] ?? []);
  const moved = valuesOf(trials.filter((trial) => trial.moved === timer));
  const controls = valuesOf(trials.filter((trial) => trial.moved !== timer));
  if (moved.length === 0 || controls.length < 3) return undefined;
  const middle = median(controls);
  const shiftMs = median(moved) - middle;
  const spread = madToDeviation * median(controls.map((value) => Math.abs(value - middle)));
  const strength = (Math.abs(shiftMs) / Math.max(resolutionMs, spread)) * Math.sqrt(moved.length);
  return { strength, mover: { timer, response, shiftMs, moved, controls } };
}

/** Labels change places among the runs; those of timers that were found keep theirs. */
function relabel(trials: readonly Trial[], labels: readonly (string | undefined)[], found: readonly Mover[]): Trial[] {
  const fixed = new Set(found.map(({ timer }) => timer));
  const free = labels.filter((label) => label === undefined || !fixed.has(label));
  let next = 0;
  return trials.map((trial) =>
    trial.moved !== undefined && fixed.has(trial.moved) ? trial : { ...trial, moved: free[next++] },
  );
}

function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const copy = [...values];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}

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
