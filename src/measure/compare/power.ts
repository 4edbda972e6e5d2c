/** What a plan of runs can find: printed with every comparison, so that silence is not taken for proof. */
import { randomFrom } from '../../random.ts';
import { intervalLevel, level, relevantShare } from './compare.ts';
import { hodgesLehmann } from './hodges-lehmann.ts';
import { mannWhitney } from './mann-whitney.ts';

export interface Plan {
  /** Runs on each side. */
  readonly runs: number;
  /** Runs before, where they are not as many as those after. */
  readonly runsBefore?: number;
  /** Measures that are tested together. */
  readonly comparisons: number;
  readonly level: number;
  /** A shift is reported from this share of the median on. */
  readonly relevantShare: number;
}

/** Enough for ± 4 percentage points (95 %). */
const trials = 500;

/**
 * How often the plan would report a regression if the measure grew by `factor`: both sides drawn with replacement from
 * values that were observed, so that their modes are kept, by a generator that begins the same every time.
 * With more than one measure the level is divided by their number, which is Holm's worst case.
 */
export function powerOf(observed: readonly number[], factor: number, plan: Plan): number {
  const random = randomFrom(observed.length * 1000 + plan.runs);
  const draw = (length: number) => Array.from({ length }, () => observed[Math.floor(random() * observed.length)]!);
  let found = 0;
  for (let trial = 0; trial < trials; trial++) {
    const before = draw(plan.runsBefore ?? plan.runs);
    const after = draw(plan.runs).map((value) => value * factor);
    if (isRegression(before, after, plan)) found++;
  }
  return found / trials;
}

function isRegression(before: readonly number[], after: readonly number[], plan: Plan): boolean {
  const { lower } = hodgesLehmann(before, after, intervalLevel);
  const median = before.toSorted((a, b) => a - b)[(before.length - 1) >> 1]!;
  if (lower === null || lower <= plan.relevantShare * median) return false;
  return mannWhitney(before, after).p * plan.comparisons < plan.level;
}

/**
 * The growth, in steps of 5 %, from which on the plan would report any in at least four of five cases. Of values with
 * several modes a larger growth may be harder to see than a smaller one, where it takes one mode onto another.
 * @returns 0.35 for 35 %; null where not even a doubling would be
 */
export function smallestFound(observed: readonly number[], plan: Plan): number | null {
  let found: number | null = null;
  for (let percent = 100; percent >= 5; percent -= 5) {
    if (powerOf(observed, 1 + percent / 100, plan) < 0.8) break;
    found = percent / 100;
  }
  return found;
}

/** What a comparison that was made could have found, in one sentence. @param before the values of the baseline */
export function powerSentence(before: readonly number[], runsAfter: number, comparisons: number): string {
  const plan = { runs: runsAfter, runsBefore: before.length, comparisons, level, relevantShare };
  const byHalf = Math.round(100 * powerOf(before, 1.5, plan));
  const least = smallestFound(before, plan);
  const smallest =
    least === null
      ? 'not even a doubling surely'
      : `growths from ${Math.round(100 * least)} % on in four cases of five`;
  return `${before.length} against ${runsAfter} runs find a growth by half in ${byHalf} % of cases, ${smallest}`;
}
