/** Arrays as narrow as their numbers allow: ten million writes are read into 300 MB, not into 600. */

type TypedArray =
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** A finished column of a journal, a number for each row: what JavaScript’s arrays of all kinds have in common. */
export interface Column extends ArrayLike<number>, Iterable<number> {
  indexOf(value: number): number;
  lastIndexOf(value: number): number;
  some(holds: (value: number, row: number) => boolean): boolean;
  find(holds: (value: number, row: number) => boolean): number | undefined;
  findIndex(holds: (value: number, row: number) => boolean): number;
  reduce<T>(next: (previous: T, value: number, row: number) => T, first: T): T;
}

/** Least and greatest number that a column may hold; NaN stands for "never" where a column may hold any number. */
export type Bounds = readonly [least: number, greatest: number];

export const anyNumber: Bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
export const int32: Bounds = [-(2 ** 31), 2 ** 31 - 1];
const uint32: Bounds = [0, 2 ** 32 - 1];
export const int16: Bounds = [-(2 ** 15), 2 ** 15 - 1];
export const uint16: Bounds = [0, 2 ** 16 - 1];
export const uint8: Bounds = [0, 255];

/** From the narrowest to the widest. */
const kinds = [
  { holds: [-128, 127], make: (n: number) => new Int8Array(n) },
  { holds: uint8, make: (n: number) => new Uint8Array(n) },
  { holds: int16, make: (n: number) => new Int16Array(n) },
  { holds: uint16, make: (n: number) => new Uint16Array(n) },
  { holds: int32, make: (n: number) => new Int32Array(n) },
  { holds: uint32, make: (n: number) => new Uint32Array(n) },
  { holds: anyNumber, make: (n: number) => new Float64Array(n) },
] as const;
const widest = kinds.length - 1;

/** A typed array to which numbers are appended. It begins narrow, and is copied into a wider one when a number asks for it. */
export class Growing {
  readonly #bounds: Bounds;
  #kind = 0;
  #values: TypedArray = new Int8Array(64);
  #length = 0;
  #least = 0;
  #greatest = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /**
   * Appends the first `n` of some numbers.
   * @throws RangeError where one is beyond the bounds of the column: a narrower array would change it silently
   */
  append(numbers: Float64Array, n: number): void {
    let [least, greatest, numberOfNaN] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (let i = 0; i < n; i++) {
      const value = numbers[i]!;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
      // biome-ignore lint/suspicious/noSelfCompare: only NaN differs from itself; a call for each number takes longer.
      if (value !== value) numberOfNaN++;
    }
    const [from, to] = this.#bounds;
    if (least < from || greatest > to) {
      const outside = numbers.subarray(0, n).find((value) => value < from || value > to);
      throw new RangeError(`${outside} is out of range`);
    }
    this.#widenFor(Math.min(this.#least, least), Math.max(this.#greatest, greatest), numberOfNaN > 0);
    this.#reserve(this.#length + n);
    // One number for all rows of a batch is the rule: most writes go to one server, and are acknowledged.
    if (least === greatest && numberOfNaN === 0) this.#values.fill(least, this.#length, this.#length + n);
    else this.#values.set(n === numbers.length ? numbers : numbers.subarray(0, n), this.#length);
    this.#length += n;
  }

  /** The numbers appended so far; later ones are not among them. */
  get values(): Column {
    return this.#values.subarray(0, this.#length);
  }

  #widenFor(least: number, greatest: number, hasNaN: boolean): void {
    if (least === this.#least && greatest === this.#greatest && !hasNaN) return;
    this.#least = least;
    this.#greatest = greatest;
    const fits = ({ holds }: (typeof kinds)[number]): boolean => holds[0] <= least && greatest <= holds[1];
    const kind = Math.max(this.#kind, hasNaN ? widest : kinds.findIndex(fits));
    // An unsigned array may have come before a negative number: then a wider signed one is next.
    if (kind !== this.#kind || !fits(kinds[kind]!)) this.#become(fits(kinds[kind]!) ? kind : kinds.findIndex(fits));
  }

  #become(kind: number): void {
    this.#kind = kind;
    this.#move(this.#values.length);
  }

  #reserve(length: number): void {
    if (length > this.#values.length) this.#move(Math.max(length, 2 * this.#values.length));
  }

  #move(capacity: number): void {
    const larger = kinds[this.#kind]!.make(capacity);
    larger.set(this.#values.subarray(0, this.#length));
    // Detaching gives the memory back now; the garbage collector would first let old copies of all columns pile up.
    this.#values.buffer.transfer(0);
    this.#values = larger;
  }
}
