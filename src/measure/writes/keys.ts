/** The journal's writes and the ledger's rows, brought together by their keys (worker, op). */
import type { EventOf } from '../../journal/event.ts';
import type { Ops } from '../../journal/run.ts';
import { once } from '../once.ts';

export type Key = readonly [worker: number, op: number];
type Range = readonly [from: number, to: number];

/** Rows of `ops` a worker, by ascending op. */
export const rowsByWorker = once((ops: Ops): ReadonlyMap<number, Int32Array> => {
  const { n, worker, op } = ops;
  // Sparse, because client programs have numbers of their own; looked up by index, because there are millions of rows.
  const groups: Group[] = [];
  const inOrder = new Map<number, Group>();
  for (let row = 0; row < n; row++) {
    const group = (groups[worker[row]!] ??= { n: 0, rows: nothing, lastOp: -1, isAscending: true });
    if (group.n++ === 0) inOrder.set(worker[row]!, group);
  }
  for (const group of inOrder.values()) [group.rows, group.n] = [new Int32Array(group.n), 0];
  for (let row = 0; row < n; row++) {
    const group = groups[worker[row]!]!;
    if (op[row]! < group.lastOp) group.isAscending = false;
    group.lastOp = op[row]!;
    group.rows[group.n++] = row;
  }
  const byOp = (a: number, b: number): number => op[a]! - op[b]!;
  return new Map([...inOrder].map(([name, { rows, isAscending }]) => [name, isAscending ? rows : rows.sort(byOp)]));
});

interface Group {
  n: number;
  rows: Int32Array;
  lastOp: number;
  isAscending: boolean;
}
const nothing = new Int32Array();

export interface Matched {
  /** For each row of `ops`: 1 if the ledger has it. */
  readonly present: Uint8Array;
  /** Keys that the ledger has and `ops` has not: how many, and the first of them. */
  readonly foreign: number;
  readonly foreignKeys: readonly Key[];
  /** Distinct keys that the ledger has. */
  readonly keys: number;
}

/** More foreign keys than this are counted, not listed. */
const foreignListed = 1_000;

/** Looks up every write in the ledger as one instance gave it, and every row of the ledger among the writes. */
export function match(ops: Ops, ledger: Pick<EventOf<'ledger'>, 'workers'>): Matched {
  const present = new Uint8Array(ops.n);
  const byWorker = rowsByWorker(ops);
  const foreignKeys: Key[] = [];
  let foreign = 0;
  let keys = 0;
  const strange = (worker: number, from: number, to: number): void => {
    foreign += Math.max(0, to - from + 1);
    for (let op = from; op <= to && foreignKeys.length < foreignListed; op++) foreignKeys.push([worker, op]);
  };
  for (const [name, unsorted] of Object.entries(ledger.workers)) {
    const worker = Number(name);
    const rows = byWorker.get(worker) ?? new Int32Array();
    let i = 0;
    for (const [from, to] of merged(unsorted)) {
      keys += to - from + 1;
      while (i < rows.length && ops.op[rows[i]!]! < from) i++;
      let expected = from;
      for (; i < rows.length && ops.op[rows[i]!]! <= to; i++) {
        const op = ops.op[rows[i]!]!;
        present[rows[i]!] = 1;
        strange(worker, expected, op - 1);
        expected = op + 1;
      }
      strange(worker, expected, to);
    }
  }
  return { present, foreign, foreignKeys, keys };
}

/** How many writes lie between those that the journal holds: workers number theirs 0, 1, 2 … */
export function missingKeys(ops: Ops): number {
  let missing = 0;
  for (const rows of rowsByWorker(ops).values())
    for (let i = 0; i < rows.length; i++)
      missing += Math.max(0, ops.op[rows[i]!]! - (i === 0 ? 0 : ops.op[rows[i - 1]!]! + 1));
  return missing;
}

/** Keys that the journal gives to more than one write: it contradicts itself. */
export function repeatedKeys(ops: Ops): Key[] {
  const found: Key[] = [];
  for (const [worker, rows] of rowsByWorker(ops)) {
    for (let i = 1; i < rows.length; i++) {
      const op = ops.op[rows[i]!]!;
      if (op === ops.op[rows[i - 1]!]) found.push([worker, op]);
    }
  }
  return found;
}

/** Ranges in order, those that touch or overlap as one. */
function merged(ranges: readonly Range[]): Range[] {
  const result: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}
