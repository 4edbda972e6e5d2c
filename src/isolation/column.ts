type Numbers = Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A column of numbers that grows: 1 or 4 bytes a row, where an array of a history's operations would be millions of objects. */
export class Column<A extends Numbers> {
  length = 0;
  #data: A;
  readonly #make: (length: number) => A;
  /** @param make makes the typed array; @param expected rows, so that a history of known size is never copied */
  constructor(make: (length: number) => A, expected = 16) {
    this.#make = make;
    this.#data = make(Math.max(16, Math.ceil(expected)));
  }
  push(value: number): void {
    if (this.length === this.#data.length) this.#grow(this.length + 1);
    this.#data[this.length++] = value;
  }
  /** Removes the last row and returns it. */
  pop(): number {
    return this.#data[--this.length]!;
  }
  get(row: number): number {
    return this.#data[row]!;
  }
  set(row: number, value: number): void {
    this.#data[row] = value;
  }
  /** Adds `count` rows, 0 until set. */
  extend(count: number): void {
    if (this.length + count > this.#data.length) this.#grow(this.length + count);
    this.length += count;
  }
  /** Copies the rows [from, end) to those from `to` on. */
  copyWithin(to: number, from: number, end: number): void {
    this.#data.copyWithin(to, from, end);
  }
  /** The rows, without a copy. */
  view(): A {
    return this.#data.subarray(0, this.length) as A;
  }

  /** Grows by half: doubling would hold up to twice the memory that the column needs. */
  #grow(atLeast: number): void {
    const next = this.#make(Math.ceil(atLeast * 1.5));
    next.set(this.#data);
    this.#data = next;
  }
}
export const ints = (length: number): Int32Array<ArrayBuffer> => new Int32Array(length);
export const bytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length);
