/** The cells that are still to run, in the order of their plan; one whose run was lost comes again. */
import type { Cell } from '../scenario/cells.ts';

/** A machine that loses a cell this many times is not fit for it: the next command may find it in a better state. */
const triesAtMost = 3;

export class CellQueue {
  readonly #waiting: Cell[];
  readonly #tries = new Map<string, number>();

  constructor(cells: readonly Cell[]) {
    this.#waiting = [...cells];
  }

  get length(): number {
    return this.#waiting.length;
  }

  next(): Cell | undefined {
    const cell = this.#waiting.shift();
    if (cell) this.#tries.set(cell.id, (this.#tries.get(cell.id) ?? 0) + 1);
    return cell;
  }

  /**
   * Takes back a cell whose run said nothing, to be run once the rest of its block is: no later, for runs of one block
   * are compared.
   * @returns false where it was tried often enough
   */
  takeBack(cell: Cell): boolean {
    if ((this.#tries.get(cell.id) ?? 0) >= triesAtMost) return false;
    const later = this.#waiting.findIndex(({ block }) => block > cell.block);
    this.#waiting.splice(later < 0 ? this.#waiting.length : later, 0, cell);
    return true;
  }
}
