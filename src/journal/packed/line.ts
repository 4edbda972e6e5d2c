/**
 * Lines of batches as earlier versions packed them, each on its own: their columns in the shortest forms. So is still packed
 * what cannot be put into blocks (`block.ts`). All other lines stay as they are.
 */
import type { Numbers } from '../columns/table.ts';
import { type Form, numbersOf, shortestForm } from './forms.ts';

interface Layout {
  /** In this order columns are read: one may refer to those before it. */
  readonly columns: readonly string[];
  /** Those whose numbers are names, of a client or a way: rows with the same one follow each other. */
  readonly groups: readonly string[];
  /** Other columns that a column may be the difference from. */
  readonly over: Readonly<Record<string, readonly string[]>>;
}

const layouts: Readonly<Record<string, Layout>> = {
  op: {
    columns: [
      'worker',
      'op',
      'request',
      'due',
      'late',
      'sent',
      'done',
      'outcome',
      'error',
      'server',
      'timeline',
      'lsn',
    ],
    groups: ['worker'],
    over: { request: ['op'], sent: ['late'], done: ['sent'] },
  },
  connect: {
    columns: ['client', 'path', 'start', 'took', 'outcome', 'error'],
    groups: [],
    over: {},
  },
  probe: {
    columns: ['late', 'took', 'outcome', 'error', 'server', 'saw'],
    groups: [],
    over: { took: ['late'] },
  },
};

export type Line = Readonly<Record<string, unknown>>;

/** Says in a line that its columns have the forms of `forms.ts`; its value is their version. */
export const mark = 'packed';

const layoutOf = ({ kind }: Line): Layout | undefined =>
  typeof kind === 'string' && Object.hasOwn(layouts, kind) ? layouts[kind] : undefined;

/** A line of a journal with its columns in their shortest forms, where it is a batch; otherwise the line itself. */
export function packedLine(line: Line): Line {
  const layout = layoutOf(line);
  if (!layout) return line;
  const known: Record<string, Numbers> = {};
  const packed: Record<string, unknown> = { ...line };
  for (const name of layout.columns) {
    const column = line[name];
    if (!isColumn(column, line.n)) {
      if (column === undefined) continue;
      return line;
    }
    const names = [...layout.groups.filter((group) => group !== name), ...(layout.over[name] ?? [])];
    const by = Object.fromEntries(names.filter((one) => known[one]).map((one) => [one, known[one]!]));
    packed[name] = shortestForm(
      column,
      by,
      layout.groups.filter((group) => by[group]),
    );
    known[name] = column;
  }
  const { seq, kind, ...rest } = packed;
  return { seq, kind, [mark]: 1, ...rest };
}

/**
 * The line that was packed.
 * @throws Error in plain words where it is packed in a way that cannot be read
 */
export function unpackedLine(line: Line): Line {
  if (!Object.hasOwn(line, mark)) return line;
  const layout = layoutOf(line);
  const { [mark]: version, ...unpacked } = line;
  if (version !== 1 || !layout)
    throw new Error(`it is packed in a way that this version does not know (${JSON.stringify(version)})`);
  const known: Record<string, Numbers> = {};
  const result: Record<string, unknown> = { ...unpacked };
  for (const name of layout.columns) {
    const form = unpacked[name];
    if (form === undefined) continue;
    if (!isForm(form)) throw new Error(`${name} has none of the forms of a packed column`);
    known[name] = numbersOf(form, Number(line.n), known);
    result[name] = Array.from(known[name]!);
  }
  return result;
}

const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isSafeInteger);
export const isColumn = (value: unknown, n: unknown): value is number[] => isNumbers(value) && value.length === n;

function isForm(value: unknown): value is Form {
  if (Number.isSafeInteger(value) || isNumbers(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { step, of, over, by } = value as Record<string, unknown>;
  if (step !== undefined) return isNumbers(step) && (of === undefined || typeof of === 'string');
  return typeof over === 'string' && isNumbers(by);
}
