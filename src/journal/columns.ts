/** Columns that grow: where the batches of a journal are gathered before a `Run` is built from them. */

type TypedArray =
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** A typed array to which rows are appended. */
export class Growing<A extends TypedArray> {
  #values: A;
  #length = 0;
  readonly #make: (length: number) => A;

  constructor(make: (length: number) => A) {
    this.#make = make;
    this.#values = make(64);
  }

  /**
   * Appends `at(0)` … `at(n − 1)`.
   * @throws RangeError where a number does not fit the column, which would change it silently
   */
  append(n: number, at: (row: number) => number): void {
    this.#reserve(this.#length + n);
    const values = this.#values;
    const length = this.#length;
    for (let row = 0; row < n; row++) {
      const value = at(row);
      values[length + row] = value;
      if (values[length + row] !== value && !Number.isNaN(value)) throw new RangeError(`${value} is out of range`);
    }
    this.#length += n;
  }

  /** The rows appended so far. */
  get values(): A {
    return this.#values.subarray(0, this.#length) as A;
  }

  #reserve(length: number): void {
    if (length <= this.#values.length) return;
    const larger = this.#make(Math.max(length, 2 * this.#values.length));
    larger.set(this.#values);
    // Detaching gives the memory back now; the garbage collector would first let old copies of all columns pile up.
    this.#values.buffer.transfer(0);
    this.#values = larger;
  }
}

export const float64 = (): Growing<Float64Array<ArrayBuffer>> => new Growing((length) => new Float64Array(length));
export const int32 = (): Growing<Int32Array<ArrayBuffer>> => new Growing((length) => new Int32Array(length));
export const uint32 = (): Growing<Uint32Array<ArrayBuffer>> => new Growing((length) => new Uint32Array(length));
export const int16 = (): Growing<Int16Array<ArrayBuffer>> => new Growing((length) => new Int16Array(length));
export const uint16 = (): Growing<Uint16Array<ArrayBuffer>> => new Growing((length) => new Uint16Array(length));
export const uint8 = (): Growing<Uint8Array<ArrayBuffer>> => new Growing((length) => new Uint8Array(length));

/** The words that batches index each in their own list, brought into one list for the whole run. */
export class Words {
  readonly list: string[] = [];
  readonly #index = new Map<string, number>();

  /** From an index into `words` to one into `list`; −1 stays −1. */
  mapper(words: readonly string[]): (index: number) => number {
    const map = words.map((word) => this.#indexOf(word));
    return (index) => map[index] ?? -1;
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
    const column = (batch as Record<string, unknown>)[name] as readonly number[];
    if (column.length !== batch.n) return `${name} holds ${column.length} numbers where n says ${batch.n}`;
    for (const value of column) {
      if (value < least || value >= end) return `${name} holds ${value}, which is not in [${least}, ${end})`;
    }
  }
  return undefined;
}

type Values<C> = { [K in keyof C]: C[K] extends { readonly values: infer A } ? A : never };

/** The finished arrays of a set of growing columns, and how many rows they have. */
export function valuesOf<C extends { readonly seq: { readonly values: Float64Array | Uint32Array } }>(
  columns: C,
): Values<C> & { n: number } {
  const values = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, (column as { values: unknown }).values]),
  ) as Values<C>;
  return { n: columns.seq.values.length, ...values };
}

/** @throws Error with the problem, if there is one */
export function refuse(problem: string | undefined): void {
  if (problem) throw new Error(problem);
}

export type Range = readonly [least: number, most: number];

/** The least and the most of some values; of none, a range that is inverted. */
export function rangeOf(values: Float64Array): Range {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
