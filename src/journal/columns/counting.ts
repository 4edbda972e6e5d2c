/** Numbers that count up by one within each batch, of which the first of each batch is kept: 40 MB less for ten million. */
import type { Column } from './narrow.ts';

/** Sequence numbers, to which those of batches are added. */
export class Counting {
  readonly #rows: number[] = [];
  readonly #firsts: number[] = [];
  #length = 0;

  /** The next `n` numbers count up from `first`. */
  add(first: number, n: number): void {
    this.#rows.push(this.#length);
    this.#firsts.push(first);
    this.#length += n;
  }

  /** The numbers so far, as an array: reading one of them looks for its batch, so they are for evidence, not for loops. */
  get values(): Column {
    return new Proxy(new Counted(this.#rows, this.#firsts, this.#length), byIndex) as unknown as Column;
  }
}

const byIndex: ProxyHandler<Counted> = {
  get(counted, name) {
    const row = typeof name === 'string' ? Number(name) : Number.NaN;
    return Number.isInteger(row) ? counted.at(row) : Reflect.get(counted, name);
  },
};

/** What a finished column has beside its numbers. */
class Counted {
  readonly rows: readonly number[];
  readonly firsts: readonly number[];
  readonly length: number;

  constructor(rows: readonly number[], firsts: readonly number[], length: number) {
    [this.rows, this.firsts, this.length] = [rows, firsts, length];
  }

  at(row: number): number | undefined {
    if (row < 0 || row >= this.length) return undefined;
    let [low, high] = [0, this.rows.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.rows[middle]! <= row) low = middle;
      else high = middle;
    }
    return this.firsts[low]! + row - this.rows[low]!;
  }

  *[Symbol.iterator](): Generator<number> {
    for (const [batch, first] of this.firsts.entries()) {
      const n = (this.rows[batch + 1] ?? this.length) - this.rows[batch]!;
      for (let i = 0; i < n; i++) yield first + i;
    }
  }

  filter(keeps: (value: number, row: number) => boolean): Float64Array {
    let row = 0;
    return Float64Array.from([...this].filter((value) => keeps(value, row++)));
  }

  findIndex(holds: (value: number, row: number) => boolean): number {
    let row = 0;
    for (const value of this) {
      if (holds(value, row)) return row;
      row++;
    }
    return -1;
  }

  find(holds: (value: number, row: number) => boolean): number | undefined {
    return this.at(this.findIndex(holds));
  }

  some(holds: (value: number, row: number) => boolean): boolean {
    return this.findIndex(holds) >= 0;
  }

  indexOf(value: number): number {
    const is = (one: number): boolean => one === value;
    return this.findIndex(is);
  }

  lastIndexOf(value: number): number {
    let last = -1;
    let row = 0;
    for (const one of this) {
      if (one === value) last = row;
      row++;
    }
    return last;
  }

  reduce<T>(next: (previous: T, value: number, row: number) => T, first: T): T {
    let row = 0;
    let result = first;
    for (const value of this) result = next(result, value, row++);
    return result;
  }
}
