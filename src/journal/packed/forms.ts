/**
 * The forms that a column of numbers takes in a packed journal. Each loses nothing; the shortest text is written.
 *
 *     [5,7,7]                           the numbers
 *     5                                 the same number in every row
 *     {"step":[5,2,0]}                  the first, then what each adds to the row before
 *     {"step":[5,1,1],"of":"worker"}    what each adds to the last row with the same number in the column `worker`, or to 0
 *     {"over":"sent","by":[300,280]}    what each adds to the column `sent` of its own row
 *
 * docs/journal.md describes them for readers of journals, with a program for jq.
 */
import type { Numbers } from '../columns/table.ts';

export type Form =
  | number
  | Numbers
  | { readonly step: Numbers; readonly of?: string }
  | { readonly over: string; readonly by: Numbers };

/** The columns of a line by name. */
export type Columns = Readonly<Record<string, Numbers>>;

const differences = (column: Numbers): number[] =>
  Array.from(column, (value, row) => (row === 0 ? value : value - column[row - 1]!));

function differencesOf(column: Numbers, group: Numbers): number[] {
  const last = new Map<number, number>();
  return Array.from(column, (value, row) => {
    const step = value - (last.get(group[row]!) ?? 0);
    last.set(group[row]!, value);
    return step;
  });
}

/**
 * The shortest form of a column.
 * @param known columns that are read before this one, that it may refer to; those in `groups` as keys of rows
 */
export function shortestForm(column: Numbers, known: Columns, groups: readonly string[]): Form {
  const [first] = [column[0]];
  if (first !== undefined && column.length > 1 && isConstant(column)) return first;
  const plain = Array.from(column);
  const forms: Form[] = [
    plain,
    { step: differences(column) },
    ...groups.map((of) => ({ step: differencesOf(column, known[of]!), of })),
    ...Object.entries(known)
      .filter(([over]) => !groups.includes(over))
      .map(([over, other]) => ({ over, by: plain.map((value, row) => value - other[row]!) })),
  ];
  const lengths = forms.map((form) => JSON.stringify(form).length);
  return forms[lengths.indexOf(Math.min(...lengths))]!;
}

function isConstant(column: Numbers): boolean {
  for (let row = 1; row < column.length; row++) if (column[row] !== column[0]) return false;
  return true;
}

/**
 * The numbers of a column of `n` rows.
 * @param known the columns read before it
 * @throws Error in plain words where the form names a column that is not there, or has another length
 */
export function numbersOf(form: Form, n: number, known: Columns): Float64Array {
  if (typeof form === 'number') return new Float64Array(n).fill(form);
  if ('step' in form) return stepped(form.step, form.of === undefined ? undefined : column(form.of, known, n));
  if ('over' in form) return summed(form.by, column(form.over, known, form.by.length));
  return Float64Array.from(form);
}

function column(name: string, known: Columns, n: number): Numbers {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!found) throw new Error(`a column refers to ${name}, which does not come before it`);
  if (found.length !== n) throw new Error(`a column refers to ${name}, which has ${found.length} rows instead of ${n}`);
  return found;
}

function stepped(steps: Numbers, group: Numbers | undefined): Float64Array {
  const numbers = new Float64Array(steps.length);
  const last = new Map<number, number>();
  for (let row = 0; row < steps.length; row++) {
    const key = group ? group[row]! : 0;
    numbers[row] = (last.get(key) ?? 0) + steps[row]!;
    last.set(key, numbers[row]!);
  }
  return numbers;
}

const summed = (by: Numbers, over: Numbers): Float64Array =>
  Float64Array.from({ length: by.length }, (_, row) => over[row]! + by[row]!);
