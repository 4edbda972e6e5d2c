/** What a study set out to decide, and what its runs say to it. */
import { normalQuantile } from '../compare/normal.ts';
import { type MetricName, metrics } from '../metrics.ts';
import { type Effect, effectOf, type Levels, type StudyRun } from './effects.ts';

/** A statement that can be wrong. */
export interface Hypothesis {
  /** In plain words, as a sentence without its stop: `session mode makes the pooler come back later`. */
  readonly says: string;
  readonly metric: MetricName;
  /** It is true if the measure is larger by more than `above` at `to` than at `from`, all else equal … */
  readonly factor: string;
  readonly from: string;
  readonly to: string;
  readonly above: number;
  /** … in the runs of these levels. */
  readonly within?: Levels;
  /** The spread of a difference that is expected, for the power that is stated beforehand, with its reason. */
  readonly expectedDeviation: number;
}

type Decision = 'confirmed' | 'refuted' | 'not decided';
export interface Decided {
  readonly hypothesis: Hypothesis;
  readonly decision: Decision;
  readonly effect: Effect | undefined;
  readonly sentence: string;
}

/** Confirmed if the whole interval of the effect lies above the threshold, refuted if all of it lies below. */
export function decide(runs: readonly StudyRun[], hypothesis: Hypothesis): Decided {
  const { above, says } = hypothesis;
  const effect = effectOf(runs, hypothesis);
  const { lower, upper } = effect ?? { lower: null, upper: null };
  const decision =
    lower === null || upper === null
      ? 'not decided'
      : lower > above
        ? 'confirmed'
        : upper < above
          ? 'refuted'
          : 'not decided';
  return { hypothesis, decision, effect, sentence: `${decision}: ${says} (${evidenceOf(hypothesis, effect)}).` };
}

function evidenceOf({ metric, factor, from, to, above }: Hypothesis, effect: Effect | undefined): string {
  if (!effect) return 'no two runs can be compared';
  const { shift, lower, upper, pairs } = effect;
  const range =
    lower === null ? 'too few for an interval' : `95 %: ${shiftText(metric, lower)} to ${shiftText(metric, upper!)}`;
  return `${metric} from ${factor} ${from} to ${to}: ${shiftText(metric, shift)}, ${range}, ${pairs} pairs; the line is ${shiftText(metric, above)}`;
}

/** `+6.7 s`, `−0.20 s`, `+1.5`. */
export function shiftText(metric: MetricName, value: number): string {
  const isTime = metrics[metric].unit === 'ms';
  const size = Math.abs(isTime ? value / 1000 : value);
  return `${value < 0 ? '−' : '+'}${size.toFixed(size < 1 ? 2 : 1)}${isTime ? ' s' : ''}`;
}

/**
 * How far beyond its line the truth must lie to be found in four of five such studies: (z₀.₉₇₅ + z₀.₈) σ ÷ √n of normal
 * differences, which the signed-rank interval reaches but for 5 % (its asymptotic efficiency is 3/π).
 */
export function foundBeyond({ expectedDeviation }: Hypothesis, pairs: number): number {
  return ((normalQuantile(0.025) + normalQuantile(0.2)) * expectedDeviation) / Math.sqrt((pairs * 3) / Math.PI);
}
