/**
 * The dose of a fault at which half of all trials end in a failover, found with few trials.
 *
 * A failover is not decided by the dose alone: a pause of 17 s outlasts a leader's key that was renewed just before it by a
 * moment or by seconds. So P(failover | dose) rises over a range, as Φ((dose − threshold) ÷ spread). What is known of both
 * numbers is kept on a grid (Kontsevich and Tyler 1999, "Bayesian adaptive estimation of psychometric slope and
 * threshold"), and each next dose is the one whose answer is expected to say most about the threshold.
 */
import { quantileOfWeights } from './weights.ts';

export interface Trial {
  /** Of the fault: ms that it lasts, or ms that it delays. */
  readonly dose: number;
  /** Whether another instance took over. */
  readonly replaced: boolean;
}

/** The doses that are looked at. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** Steps of a dose are equal as differences, or as factors. */
  readonly scale: 'linear' | 'log';
}

export interface Threshold {
  /** The dose with a failover in half of all trials: median of what is known, and its 95 % interval. */
  readonly dose: number;
  readonly lower: number;
  /** Null: it may lie beyond the doses that were looked at. */
  readonly upper: number | null;
  /** The largest dose that was survived without a failover, and the smallest that was not; undefined where none was. */
  readonly survived: number | undefined;
  readonly replaced: number | undefined;
  readonly trials: number;
}

/** Positions of the threshold, as a share of the range; those beyond 1 are doses that were not tried. */
const positions = Array.from({ length: 141 }, (_, i) => -0.1 + i / 100);
/** Spreads, as shares of the range. */
const spreads = [0.01, 0.02, 0.04, 0.08, 0.15, 0.3];
/** One trial in fifty may come out either way, whatever the dose. */
const lapse = 0.02;
/** Doses that may come next, as shares of the range. */
const candidates = Array.from({ length: 41 }, (_, i) => i / 40);

const toShare = ({ from, to, scale }: Range, dose: number): number =>
  scale === 'log' ? Math.log(dose / from) / Math.log(to / from) : (dose - from) / (to - from);
const toDose = ({ from, to, scale }: Range, share: number): number =>
  scale === 'log' ? from * (to / from) ** share : from + share * (to - from);

/** Probability of a failover at a dose. */
const chance = (share: number, position: number, spread: number): number =>
  lapse / 2 + (1 - lapse) / (1 + Math.exp((-1.702 * (share - position)) / spread));

/** The same for every candidate, position and spread: it depends on nothing else. */
const chances: readonly (readonly (readonly number[])[])[] = candidates.map((share) =>
  positions.map((position) => spreads.map((spread) => chance(share, position, spread))),
);

/** What is known after these trials: a weight for each position and spread, all together 1. */
function known(trials: readonly Trial[], range: Range): number[][] {
  const weights = positions.map((position) =>
    spreads.map((spread) =>
      trials.reduce((weight, { dose, replaced }) => {
        const p = chance(toShare(range, dose), position, spread);
        return weight * (replaced ? p : 1 - p);
      }, 1),
    ),
  );
  const all = weights.flat().reduce((sum, weight) => sum + weight, 0);
  return weights.map((row) => row.map((weight) => weight / all));
}

/** Of the threshold alone. */
const marginal = (weights: readonly (readonly number[])[]): number[] =>
  weights.map((row) => row.reduce((sum, weight) => sum + weight, 0));

/** Bits that are missing to know it. */
const entropy = (weights: readonly number[]): number =>
  weights.reduce((sum, weight) => (weight > 0 ? sum - weight * Math.log2(weight) : sum), 0);

/** The dose whose answer is expected to leave least unknown about the threshold. */
export function nextDose(trials: readonly Trial[], range: Range): number {
  const now = known(trials, range);
  const all = marginal(now);
  const expected = candidates.map((share, c) => {
    const ifYes = now.map((row, i) => row.reduce((sum, weight, j) => sum + weight * chances[c]![i]![j]!, 0));
    const yes = ifYes.reduce((sum, weight) => sum + weight, 0);
    const ifNo = all.map((weight, i) => weight - ifYes[i]!);
    const of = (weights: readonly number[], total: number): number =>
      total <= 0 ? 0 : total * entropy(weights.map((weight) => Math.max(0, weight) / total));
    return { share, bits: of(ifYes, yes) + of(ifNo, 1 - yes) };
  });
  const best = expected.reduce((least, one) => (one.bits < least.bits - 1e-12 ? one : least));
  return toDose(range, best.share);
}

/** What the trials say. @param trials at least one */
export function thresholdOf(trials: readonly Trial[], range: Range): Threshold {
  const weights = marginal(known(trials, range));
  const at = (q: number): number => quantileOfWeights(positions, weights, q);
  const [lower, middle, upper] = [at(0.025), at(0.5), at(0.975)];
  const doses = (replaced: boolean): number[] =>
    trials.filter((trial) => trial.replaced === replaced).map(({ dose }) => dose);
  const most = doses(false);
  const least = doses(true);
  return {
    dose: toDose(range, middle),
    lower: toDose(range, Math.max(0, lower)),
    upper: upper > 1 ? null : toDose(range, upper),
    survived: most.length > 0 ? Math.max(...most) : undefined,
    replaced: least.length > 0 ? Math.min(...least) : undefined,
    trials: trials.length,
  };
}
