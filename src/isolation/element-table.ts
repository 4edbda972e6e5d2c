import { UsageError } from '../errors.ts';
import type { Recorded } from './history.ts';

/** The appends of key k are the rows [from[k], from[k + 1]) of `op` and `transaction`. */
export interface Appends {
  readonly from: Int32Array;
  readonly op: Int32Array;
  readonly transaction: Int32Array;
}

/** The appends of one key by their element: a hash table with open addressing, filled again for each key. */
export class ElementTable {
  #rows = new Int32Array(64);
  #elements = new Int32Array(64);
  #mask = 63;

  /** @throws UsageError where an element was appended to the key twice: its versions could not be distinguished */
  fill({ at, keyNames }: Recorded, { from, op, transaction }: Appends, key: number): void {
    const [first, end] = [from[key]!, from[key + 1]!];
    let size = 16;
    while (size < 2 * (end - first)) size *= 2;
    if (size > this.#rows.length) [this.#rows, this.#elements] = [new Int32Array(size), new Int32Array(size)];
    this.#rows.fill(0, 0, size);
    this.#mask = size - 1;
    for (let row = first; row < end; row++) {
      const element = at[op[row]!]!;
      const place = this.#placeOf(element);
      if (this.#rows[place]! > 0) {
        const twice = `transactions ${transaction[this.#rows[place]! - 1]} and ${transaction[row]}`;
        throw new UsageError(
          `element ${element} is appended to key ${keyNames[key]} twice (${twice}); each append needs an element of its own, or reads do not show which appends they saw`,
        );
      }
      this.#rows[place] = row + 1;
      this.#elements[place] = element;
    }
  }

  /** The row of the append of `element`, −1 where the key has none. */
  find(element: number): number {
    return this.#rows[this.#placeOf(element)]! - 1;
  }

  #placeOf(element: number): number {
    let place = (Math.imul(element, 0x9e3779b1) >>> 8) & this.#mask;
    while (this.#rows[place]! > 0 && this.#elements[place] !== element) place = (place + 1) & this.#mask;
    return place;
  }
}
