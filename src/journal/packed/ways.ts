/** A column of a block: the numbers that stand for it, and what they add to. */
import type { Way } from './layouts.ts';
import { numbersIn, shortest, type Written } from './written.ts';

/** Columns by name, row by row. */
export type Columns = Readonly<Record<string, Float64Array>>;

/**
 * A column in the shortest of the ways that are open to it.
 *
 *     {"over":"sent","by":…}           what each adds to the column `sent` in its row
 *     {"step":…}                       what each adds to the row before
 *     {"step":…,"of":"worker"}         what each adds to the last row of the same worker, or to 0
 *     {"step":…,"with":"due"}          the same of the sum with the column `due`
 *
 * The numbers themselves are written as `written.ts` says.
 * @param known the columns that come before it
 */
export function shortestWay(column: Float64Array, ways: readonly Way[], known: Columns): unknown {
  const tried = ways.map((way) => ({ way, ...shortest(standingFor(column, way, known)) }));
  const { way, form } = tried.reduce((a, b) => (b.bits < a.bits ? b : a));
  const { of, over, with: sum } = way;
  if (over !== undefined) return { over, by: form };
  return way.step ? { step: form, ...(of !== undefined && { of }), ...(sum !== undefined && { with: sum }) } : form;
}

function standingFor(column: Float64Array, { step, of, over, with: sum }: Way, known: Columns): Float64Array {
  if (over !== undefined) return column.map((number, row) => number - known[over]![row]!);
  if (!step) return column;
  const summed = sum === undefined ? column : column.map((number, row) => number + known[sum]![row]!);
  if (of === undefined) return summed.map((number, row) => (row === 0 ? number : number - summed[row - 1]!));
  const last = new Map<number, number>();
  return summed.map((number, row) => {
    const before = last.get(known[of]![row]!) ?? 0;
    last.set(known[of]![row]!, number);
    return number - before;
  });
}

/**
 * The column that was written in one of these ways.
 * @throws Error in plain words where it is none of them, or names a column that does not come before it
 */
export function columnIn(way: unknown, n: number, known: Columns): Float64Array {
  const {
    step,
    of,
    over,
    by,
    with: sum,
  } = (typeof way === 'object' && way !== null ? way : {}) as Record<string, Written>;
  if (over !== undefined) return plus(numbersIn(by, n), named(over, known), 1);
  if (step === undefined) return numbersIn(way, n);
  const numbers = summed(numbersIn(step, n), of === undefined ? undefined : named(of, known));
  return sum === undefined ? numbers : plus(numbers, named(sum, known), -1);
}

function named(name: unknown, known: Columns): Float64Array {
  if (typeof name === 'string' && Object.hasOwn(known, name)) return known[name]!;
  throw new Error(`a column refers to ${String(name)}, which does not come before it`);
}

function plus(numbers: Float64Array, other: Float64Array, times: 1 | -1): Float64Array {
  for (let row = 0; row < numbers.length; row++) numbers[row] = numbers[row]! + times * other[row]!;
  return numbers;
}

function summed(steps: Float64Array, group: Float64Array | undefined): Float64Array {
  if (!group) {
    for (let row = 1; row < steps.length; row++) steps[row] = steps[row]! + steps[row - 1]!;
    return steps;
  }
  const last = new Map<number, number>();
  for (let row = 0; row < steps.length; row++) {
    steps[row] = steps[row]! + (last.get(group[row]!) ?? 0);
    last.set(group[row]!, steps[row]!);
  }
  return steps;
}
