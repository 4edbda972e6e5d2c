/** The test of Mann and Whitney: does one of two samples tend to be larger? It takes no view of their shape. */
import { normalSurvival } from './normal.ts';

export interface MannWhitney {
  /** Pairs (a, b) with a > b, ties by half. */
  readonly u: number;
  /** Two-sided: twice the smaller tail, at most 1. */
  readonly p: number;
  readonly method: 'exact' | 'normal';
}

/** Up to this many pairs all relabellings are counted: 20 against 20. */
const exactPairs = 400;

/**
 * Exact, ties included, up to 400 pairs: the share of all relabellings of the pooled values whose U lies as far out.
 * Beyond, by the normal approximation with corrections for ties and continuity (Hollander & Wolfe 1999, 4.1).
 * @throws RangeError where a sample is empty
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney {
  if (a.length === 0 || b.length === 0) throw new RangeError('both samples need a value');
  // p is the same either way round, and counting subsets of the smaller sample is quicker.
  if (b.length < a.length) {
    const { u, p, method } = mannWhitney(b, a);
    return { u: a.length * b.length - u, p, method };
  }
  if (a.length * b.length <= exactPairs && isApart(a, b))
    return { u: a[0]! > b[0]! ? a.length * b.length : 0, p: smallestP(a.length, b.length), method: 'exact' };
  const ranks = doubledRanks([...a, ...b]);
  const doubledSum = ranks.slice(0, a.length).reduce((sum, rank) => sum + rank, 0);
  const u = (doubledSum - a.length * (a.length + 1)) / 2;
  return a.length * b.length <= exactPairs
    ? { u, p: exactP(ranks, a.length, doubledSum), method: 'exact' }
    : { u, p: normalP(ranks, a.length, b.length, u), method: 'normal' };
}

/** All of one below all of the other: no other relabelling lies as far out. */
const isApart = (a: readonly number[], b: readonly number[]): boolean =>
  Math.max(...a) < Math.min(...b) || Math.max(...b) < Math.min(...a);

/** The smallest p that samples of these sizes can give: all of one below all of the other. */
export function smallestP(sizeA: number, sizeB: number): number {
  return Math.min(1, 2 / binomial(sizeA + sizeB, sizeA));
}

/** By the two sizes: a comparison asks for one pair of them, its power for the same pair thousands of times. */
const cumulative = new Map<string, readonly number[]>();

/**
 * P(U ≤ k) for k = 0, 1 … of samples without ties, all relabellings equally likely.
 */
export function cumulativeU(sizeA: number, sizeB: number): readonly number[] {
  const sizes = `${sizeA} ${sizeB}`;
  const known = cumulative.get(sizes) ?? countedU(sizeA, sizeB);
  cumulative.set(sizes, known);
  return known;
}

function countedU(sizeA: number, sizeB: number): number[] {
  const ranks = Array.from({ length: sizeA + sizeB }, (_, i) => 2 * (i + 1));
  const counts = subsetsBySum(ranks, sizeA);
  const total = binomial(sizeA + sizeB, sizeA);
  const smallest = sizeA * (sizeA + 1);
  let below = 0;
  return Array.from({ length: sizeA * sizeB + 1 }, (_, u) => (below += counts[smallest + 2 * u]!) / total);
}

/** Twice the rank of each value, so that the mid-ranks of ties are whole numbers. */
function doubledRanks(values: readonly number[]): number[] {
  const sorted = values.toSorted((x, y) => x - y);
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const [index, value] of sorted.entries()) {
    if (!first.has(value)) first.set(value, index + 1);
    last.set(value, index + 1);
  }
  return values.map((value) => first.get(value)! + last.get(value)!);
}

function exactP(ranks: readonly number[], size: number, observed: number): number {
  const counts = countsOf(ranks, size);
  let below = 0;
  let above = 0;
  for (const [sum, count] of counts.entries()) {
    if (sum <= observed) below += count;
    if (sum >= observed) above += count;
  }
  return Math.min(1, (2 * Math.min(below, above)) / binomial(ranks.length, size));
}

/** The last ranks counted: relabellings of the same values share them, whatever their order. */
let lastCounted: { readonly key: string; readonly counts: Float64Array } = { key: '', counts: new Float64Array() };

function countsOf(ranks: readonly number[], size: number): Float64Array {
  const sorted = ranks.toSorted((x, y) => x - y);
  const key = `${size}: ${sorted.join(' ')}`;
  if (lastCounted.key !== key) lastCounted = { key, counts: subsetsBySum(sorted, size) };
  return lastCounted.counts;
}

/** How many subsets of `size` ranks have each sum: rank by rank, largest subsets first so that none is used twice. */
function subsetsBySum(ranks: readonly number[], size: number): Float64Array {
  const most = ranks
    .toSorted((x, y) => y - x)
    .slice(0, size)
    .reduce((sum, rank) => sum + rank, 0);
  const counts = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  counts[0]![0] = 1;
  for (const [index, rank] of ranks.entries())
    for (let k = Math.min(size, index + 1); k > 0; k--) {
      const from = counts[k - 1]!;
      const to = counts[k]!;
      for (let sum = rank; sum <= most; sum++) to[sum]! += from[sum - rank]!;
    }
  return counts[size]!;
}

function normalP(ranks: readonly number[], sizeA: number, sizeB: number, u: number): number {
  const n = sizeA + sizeB;
  const groups = Map.groupBy(ranks, (rank) => rank);
  const ties = [...groups.values()].reduce((sum, { length }) => sum + length ** 3 - length, 0);
  const variance = ((sizeA * sizeB) / 12) * (n + 1 - ties / (n * (n - 1)));
  if (variance <= 0) return 1;
  const distance = Math.abs(u - (sizeA * sizeB) / 2) - 0.5;
  return Math.min(1, 2 * normalSurvival(distance / Math.sqrt(variance)));
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) result = (result * (n - i + 1)) / i;
  return Math.round(result);
}
