/** What the columns of batches have in common: how they are checked, and how their words and rows are gathered. */
import { type Bounds, type Column, Growing } from './narrow.ts';

/** A column of a batch as it was written or scanned. */
export type Numbers = ArrayLike<number>;

/** What a column of a batch may hold where every number is right, and where negative ones mean nothing. */
export const any = [Number.MIN_SAFE_INTEGER, Number.POSITIVE_INFINITY] as const;
export const natural = [0, Number.POSITIVE_INFINITY] as const;

/** Rows of one kind, column by column. What a batch adds is worked out in one array that all columns share. */
export class Table<Name extends string> {
  readonly #columns: ReadonlyMap<Name, Growing>;
  #scratch = new Float64Array(1024);
  #batch = 0;
  #n = 0;

  constructor(bounds: Readonly<Record<Name, Bounds>>) {
    const all = Object.entries(bounds) as [Name, Bounds][];
    this.#columns = new Map(all.map(([name, one]) => [name, new Growing(one)]));
  }

  /** How many rows each column has, once those of the present batch are in all of them. */
  get n(): number {
    return this.#n;
  }

  /** Announces a batch of `n` rows: each column is appended to once after it. @returns where the numbers of a column go */
  begin(n: number): Float64Array {
    this.#n += n;
    this.#batch = n;
    if (n > this.#scratch.length) this.#scratch = new Float64Array(2 * n);
    return this.#scratch;
  }

  /** Appends what the scratch array holds for the present batch. @throws RangeError where one is too large for the column */
  append(name: Name): void {
    this.#columns.get(name)!.append(this.#scratch, this.#batch);
  }

  /** Appends the numbers of the present batch as they are. @throws RangeError where one is too large for the column */
  copy(name: Name, numbers: Numbers): void {
    if (numbers instanceof Float64Array) {
      this.#columns.get(name)!.append(numbers, this.#batch);
      return;
    }
    for (let row = 0; row < this.#batch; row++) this.#scratch[row] = numbers[row]!;
    this.append(name);
  }

  /** Appends indexes into the words of the present batch as those into `words`, which are of the run; −1 stays −1. */
  copyWords(name: Name, from: Numbers, list: readonly string[], words: Words): void {
    const indexes = words.indexesOf(list);
    if (indexes.every((index, i) => index === i)) {
      this.copy(name, from);
      return;
    }
    // The index −1 has a place of its own: looking for it in a plain array takes ten times as long.
    const shifted = Int32Array.of(-1, ...indexes);
    for (let row = 0; row < this.#batch; row++) this.#scratch[row] = shifted[from[row]! + 1]!;
    this.append(name);
  }

  /** Appends the numbers that count up from `first`, one a row. */
  count(name: Name, first: number): void {
    for (let row = 0; row < this.#batch; row++) this.#scratch[row] = first + row;
    this.append(name);
  }

  /** The finished columns, and how many rows they have. */
  finish(): Readonly<Record<Name, Column>> & { readonly n: number } {
    const all = [...this.#columns].map(([name, column]) => [name, column.values] as const);
    return { n: this.#n, ...(Object.fromEntries(all) as Record<Name, Column>) };
  }
}

/** The words that batches index each in their own list, brought into one list for the whole run. */
export class Words {
  readonly list: string[] = [];
  readonly #index = new Map<string, number>();

  /** For each index into `words` the one into `list`. */
  indexesOf(words: readonly string[]): readonly number[] {
    return words.map((word) => this.#indexOf(word));
  }

  #indexOf(word: string): number {
    const known = this.#index.get(word);
    if (known !== undefined) return known;
    this.#index.set(word, this.list.length);
    return this.list.push(word) - 1;
  }
}

/**
 * What is wrong with a batch beyond its types: columns that are not `n` long, codes that mean nothing.
 * `columns` gives for each column the smallest and the first too large value.
 */
export function batchProblem(
  batch: { readonly n: number },
  columns: Readonly<Record<string, readonly [number, number]>>,
): string | undefined {
  for (const [name, [least, end]] of Object.entries(columns)) {
    const column = (batch as Record<string, unknown>)[name] as Numbers;
    if (column.length !== batch.n) return `${name} holds ${column.length} numbers where n says ${batch.n}`;
    const strange = firstOutside(column, least, end);
    if (strange !== undefined) return `${name} holds ${strange}, which is not in [${least}, ${end})`;
  }
  return undefined;
}

function firstOutside(column: Numbers, least: number, end: number): number | undefined {
  if (least === any[0] && end === any[1]) return undefined;
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    if (value < least || value >= end) return value;
  }
  return undefined;
}

/** @throws Error with the problem, if there is one */
export function refuse(problem: string | undefined): void {
  if (problem) throw new Error(problem);
}

export type Range = readonly [least: number, most: number];

/** The least and the most of the first `n` values; of none, a range that is inverted. */
export function rangeOf(values: Numbers, n = values.length): Range {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
