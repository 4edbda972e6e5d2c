/**
 * Many lines of batches as one: a block. A line of fifty writes costs as much for what surrounds its columns as for the
 * columns, and columns of thousands of numbers compress better than columns of fifty.
 *
 * A block is written as its lines are, with the same fields in the same order, and `"packed": 2`. A field that holds a
 * number in each line holds `lines` numbers; a column holds one for each row of all lines.
 */

import { type Layout, layoutOf, type Way } from './layouts.ts';
import { isColumn, type Line, mark } from './line.ts';
import { type Columns, columnIn, shortestWay } from './ways.ts';

const version = 2;

export const isBlock = (line: Line): boolean => line[mark] === version;

/** Lines of the same shape can be in one block. @returns undefined where a line cannot be in any */
export function shapeOf(line: Line): string | undefined {
  const layout = layoutOf(line.kind);
  if (!layout || !Number.isSafeInteger(line.seq) || !(Number(line.n) > 0) || Object.hasOwn(line, mark))
    return undefined;
  const lists = Object.values(layout.texts);
  const parts: string[] = [];
  for (const [name, value] of Object.entries(line)) {
    if (Object.hasOwn(layout.columns, name) ? !isColumn(value, line.n) : lists.includes(name) && !isTexts(value))
      return undefined;
    if (Object.hasOwn(layout.columns, name) || lists.includes(name) || Number.isSafeInteger(value)) parts.push(name);
    else if (typeof value === 'string') parts.push(`${name}=${value}`);
    else return undefined;
  }
  return JSON.stringify(parts);
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

/** Packs lines of one shape. That they come back as they were is for the caller to see: rare ones do not. */
export function packedBlock(lines: readonly Line[]): Line {
  const [first] = lines as [Line];
  const layout = layoutOf(first.kind)!;
  const names = Object.keys(layout.columns).filter((name) => Object.hasOwn(first, name));
  const rows = lines.reduce((sum, { n }) => sum + Number(n), 0);
  const { columns, texts } = gathered(lines, layout, names, rows);
  const ties = tiesOf(lines, layout, columns);
  const known: Record<string, Float64Array> = {};
  for (const name of names)
    known[name] = ties && isOfClient(layout, name) ? permuted(columns[name]!, ties.rows) : columns[name]!;
  const block: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(first)) {
    if (Object.hasOwn(known, name)) block[name] = shortestWay(known[name]!, layout.columns[name]!, known);
    else if (Object.hasOwn(texts, name)) block[name] = texts[name];
    else if (typeof value === 'string') block[name] = value;
    else block[name] = shortestWay(fieldOf(name, lines, layout), fieldWays, {});
    if (name === 'kind') Object.assign(block, { [mark]: version, [count]: lines.length });
  }
  return ties ? { ...block, [tied]: shortestWay(ties.ties, [{}], {}) } : block;
}

const fieldWays: readonly Way[] = [{}, { step: true }];

/** Holds how many lines a block is. */
const count = 'lines';

/** Holds, for rows of a line that ended in the same µs, their order. Without it all columns are in the order of the rows. */
const tied = 'tied';

const isOfBlock: ReadonlySet<string> = new Set([mark, count, tied]);

/** Columns from the first to the one of ends. */
const isOfClient = ({ columns, ends }: Layout, name: string): boolean => {
  const names = Object.keys(columns);
  return ends !== undefined && names.indexOf(name) <= names.indexOf(ends);
};

function permuted(column: Float64Array, rows: Int32Array): Float64Array {
  const numbers = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) numbers[i] = column[rows[i]!]!;
  return numbers;
}

/** The columns of all lines, times as those of the run, and texts by their place in one list. */
function gathered(lines: readonly Line[], layout: Layout, names: readonly string[], rows: number) {
  const columns: Record<string, Float64Array> = Object.fromEntries(names.map((name) => [name, new Float64Array(rows)]));
  const texts: Record<string, string[]> = Object.fromEntries(Object.values(layout.texts).map((list) => [list, []]));
  let from = 0;
  for (const line of lines) {
    for (const name of names) {
      const column = line[name] as readonly number[];
      const into = columns[name]!.subarray(from, from + column.length);
      into.set(column);
      const list = layout.texts[name];
      if (name === layout.time) for (let i = 0; i < into.length; i++) into[i] = into[i]! + Number(line.baseUs);
      if (list !== undefined) {
        const places = placesIn(texts[list]!, line[list] as readonly string[]);
        for (let i = 0; i < into.length; i++) into[i] = places[into[i]!] ?? -1;
      }
    }
    from += Number(line.n);
  }
  return { columns, texts };
}

/** For each text its place in a list, to which it is added where it is missing. */
const placesIn = (list: string[], texts: readonly string[]): number[] =>
  texts.map((text) => {
    const place = list.indexOf(text);
    return place < 0 ? list.push(text) - 1 : place;
  });

/** A field of each line. `baseUs` is mostly the time of the first row: what it differs by is packed. */
function fieldOf(name: string, lines: readonly Line[], { time }: Layout): Float64Array {
  return Float64Array.from(lines, (line) =>
    name === 'baseUs' && time !== undefined ? -(line[time] as readonly number[])[0]! : (line[name] as number),
  );
}

/**
 * The rows by when they were due, line by line, and what distinguishes those that ended in the same µs.
 * @returns undefined where the rows of a line did not end one after another, so that their order would be lost
 */
function tiesOf(lines: readonly Line[], { time, ends }: Layout, columns: Columns) {
  if (time === undefined || ends === undefined) return undefined;
  const [due, took] = [columns[time]!, columns[ends]!];
  const rows = Int32Array.from(due, (_, row) => row);
  const ties = new Float64Array(due.length);
  let from = 0;
  for (const { n } of lines) {
    const until = from + Number(n);
    for (let row = from + 1; row < until; row++)
      if (endOf(due, took, row) < endOf(due, took, row - 1)) return undefined;
    rows.subarray(from, until).sort((a, b) => due[a]! - due[b]! || a - b);
    from = until;
  }
  const placeOf = new Int32Array(rows.length);
  for (const [place, row] of rows.entries()) placeOf[row] = place;
  for (let first = 0, row = 1; row <= rows.length; row++) {
    if (row < rows.length && endOf(due, took, row) === endOf(due, took, first)) continue;
    const places = placeOf.subarray(first, row);
    if (places.some((place, i) => i > 0 && place < places[i - 1]!))
      for (const [i, place] of places.entries()) ties[place] = i;
    first = row;
  }
  return { rows, ties };
}

const endOf = (due: Float64Array, took: Float64Array, row: number): number => due[row]! + took[row]!;

/**
 * The lines of a block, in their order. Their columns are arrays of their own.
 * @throws Error in plain words where it cannot be read
 */
export function linesOf(block: Line): Line[] {
  const layout = layoutOf(block.kind);
  if (!layout) throw new Error(`a line of the kind ${String(block.kind)} cannot be packed`);
  const counts = lineCounts(block);
  const rows = counts.reduce((sum, n) => sum + n, 0);
  const names = Object.keys(layout.columns).filter((name) => Object.hasOwn(block, name));
  const known: Record<string, Float64Array> = {};
  for (const name of names) known[name] = within(name, () => columnIn(block[name], rows, known));
  const places = Object.hasOwn(block, tied) ? rowsByEnd(counts, layout, known, block[tied]) : undefined;
  const fields = Object.entries(block).flatMap(([name, value]) => {
    if (Object.hasOwn(known, name) || typeof value === 'string' || isTexts(value) || isOfBlock.has(name)) return [];
    return [[name, within(name, () => columnIn(value, counts.length, {}))] as const];
  });
  const lines: Line[] = [];
  let from = 0;
  for (const [i, n] of counts.entries()) {
    const line: Record<string, unknown> = {};
    for (const name of Object.keys(block)) if (!isOfBlock.has(name)) line[name] = block[name];
    for (const [name, numbers] of fields) line[name] = numbers[i]!;
    for (const name of names)
      line[name] =
        places && isOfClient(layout, name)
          ? permuted(known[name]!, places.subarray(from, from + n))
          : known[name]!.slice(from, from + n);
    lines.push(restored(line, layout));
    from += n;
  }
  return lines;
}

/** More rows than a block ever has would take the reader’s memory. */
const mostRows = 1 << 24;

/** How many rows each line has. */
function lineCounts({ [count]: lines, n }: Line): Float64Array {
  if (!Number.isSafeInteger(lines) || Number(lines) < 1 || Number(lines) > mostRows)
    throw new Error(`a block does not say how many lines it has (${JSON.stringify(lines)})`);
  const counts = within('n', () => columnIn(n, Number(lines), {}));
  const rows = counts.reduce((sum, of) => sum + of, 0);
  if (counts.some((of) => of < 1) || rows > mostRows) throw new Error(`a block says that it has ${rows} rows`);
  return counts;
}

function within(name: string, read: () => Float64Array): Float64Array {
  try {
    return read();
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`);
  }
}

/** For each row of each line, where it is in the order of due times. */
function rowsByEnd(counts: Float64Array, { time, ends }: Layout, known: Columns, packed: unknown): Int32Array {
  const [due, took] = [known[time ?? ''], known[ends ?? '']];
  if (!due || !took) throw new Error('a block has ties, but its rows have no ends');
  const ties = within(tied, () => columnIn(packed, due.length, {}));
  const places = Int32Array.from(due, (_, place) => place);
  let from = 0;
  for (const n of counts) {
    places
      .subarray(from, from + n)
      .sort((a, b) => endOf(due, took, a) - endOf(due, took, b) || ties[a]! - ties[b]! || a - b);
    from += n;
  }
  return places;
}

/** A line with times after its own `baseUs`, and its own lists of texts: each text once, as the rows have them first. */
function restored(line: Record<string, unknown>, { time, texts }: Layout): Line {
  if (time !== undefined && line[time] !== undefined) {
    const times = line[time] as Float64Array;
    line.baseUs = Number(line.baseUs) + times[0]!;
    for (let row = 0; row < times.length; row++) times[row] = times[row]! - Number(line.baseUs);
  }
  for (const [name, list] of Object.entries(texts)) {
    const [places, all, own] = [line[name] as Float64Array | undefined, line[list], [] as unknown[]];
    if (!places || !isTexts(all)) throw new Error(`a block lacks ${name} or ${list}`);
    const ownPlace: number[] = [];
    for (let row = 0; row < places.length; row++) {
      const place = places[row]!;
      if (place === -1) continue;
      if (all[place] === undefined) throw new Error(`${name} holds ${place}, but there are ${all.length} ${list}`);
      places[row] = ownPlace[place] ??= own.push(all[place]) - 1;
    }
    line[list] = own;
  }
  return line;
}
