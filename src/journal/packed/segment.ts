/**
 * A stretch of a journal as it is packed: its batches in blocks, each where the first of its lines was, and all other lines
 * as they are. `Merge` puts the lines back in order, which is that of their sequence numbers.
 */
import { isBlock, linesOf, packedBlock, shapeOf } from './block.ts';
import type { Line } from './line.ts';

/** A line of a journal with its text. */
interface Entry {
  readonly text: string;
  readonly line: Line;
  readonly shape: string | undefined;
}

/** With more rows blocks become little shorter; a file that is cut off loses no more than these. */
const enoughRows = 16_384;

/** Gathers lines until they are enough for a stretch. */
export class Segment {
  #entries: Entry[] = [];
  #rows = 0;

  /** @returns whether the stretch is long enough */
  add(text: string, line: Line): boolean {
    const shape = shapeOf(line);
    this.#entries.push({ text, line, shape });
    this.#rows += shape === undefined ? 1 : Number(line.n);
    return this.#rows >= enoughRows;
  }

  /**
   * The packed lines of what was gathered, each with an end; what follows is a new stretch.
   * @param alone how a batch is packed that cannot be in a block
   */
  take(alone: (text: string) => string): string {
    const blocks = this.#blocks();
    const texts = this.#entries.flatMap(({ text, shape }) => {
      if (shape === undefined) return [text];
      const block = blocks.get(shape);
      if (block === undefined) return [alone(text)];
      blocks.set(shape, '');
      return block === '' ? [] : [block];
    });
    this.#entries = [];
    this.#rows = 0;
    return texts.map((text) => `${text}\n`).join('');
  }

  /** By shape; those are left out whose lines would not come back to the byte. */
  #blocks(): Map<string, string> {
    const found = new Map<string, string>();
    for (const [shape, entries] of Map.groupBy(this.#entries, ({ shape }) => shape)) {
      if (shape === undefined) continue;
      const text = JSON.stringify(packedBlock(entries.map(({ line }) => line)));
      const lines = linesOf(JSON.parse(text)).map(textOf);
      if (lines.every((line, i) => line === entries[i]!.text)) found.set(shape, text);
    }
    return found;
  }
}

/** A line of a block as the journal had it. */
export const textOf = (line: Line): string =>
  JSON.stringify(line, (_, value: unknown) => (value instanceof Float64Array ? Array.from(value) : value));

/** Puts the lines of blocks where they belong among the others. */
export class Merge {
  #waiting: Line[] = [];

  /** Takes a line of a packed journal, if it is a block. @throws Error in plain words where it cannot be read */
  take(line: Line): boolean {
    if (!isBlock(line)) return false;
    this.#waiting = [...this.#waiting, ...linesOf(line)].sort((a, b) => Number(a.seq) - Number(b.seq));
    return true;
  }

  /** The lines of blocks that come before this one; before one that says no number, all. */
  before(seq: unknown = Number.POSITIVE_INFINITY): readonly Line[] {
    if (this.#waiting.length === 0) return this.#waiting;
    const n = this.#waiting.findIndex((line) => !(Number(line.seq) < Number(seq)));
    return this.#waiting.splice(0, n < 0 ? this.#waiting.length : n);
  }
}
