/** The journal's writes and the ledger's rows, brought together by their keys (worker, op). */
import type { EventOf } from '../../journal/event.ts';
import type { Ops } from '../../journal/run.ts';
import { byPlace, turnsOf } from './turns.ts';

export type Key = readonly [worker: number, op: number];
type Range = readonly [from: number, to: number];

export interface Matched {
  /** Whether the ledger has the write of a row. */
  readonly has: (row: number) => boolean;
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
  const { n, worker, op } = ops;
  const { order, places } = turnsOf(ops);
  // A bit a row.
  const present = new Uint8Array(Math.ceil(n / 8));
  const listed = Object.entries(ledger.workers).map(([name, ranges]) => new Listed(Number(name), merged(ranges)));
  const ofClients: (Listed | undefined)[] = [];
  for (const one of listed) if ((places[one.worker] ?? -1) >= 0) ofClients[places[one.worker]!] = one;
  for (let i = 0; i < n; i++) {
    const row = order ? order[i]! : i;
    if (ofClients[places[worker[row]!]!]?.has(op[row]!)) present[row >> 3]! |= 1 << (row & 7);
  }
  for (const one of listed) one.end();
  return {
    has: (row) => (present[row >> 3]! & (1 << (row & 7))) !== 0,
    foreign: listed.reduce((sum, { foreign }) => sum + foreign, 0),
    foreignKeys: listed.flatMap(({ foreignKeys }) => foreignKeys).slice(0, foreignListed),
    keys: listed.reduce((sum, { keys }) => sum + keys, 0),
  };
}

/** The rows that the ledger has of one worker, beside which that worker's writes are laid by ascending op. */
class Listed {
  readonly worker: number;
  readonly keys: number;
  readonly foreignKeys: Key[] = [];
  foreign = 0;
  readonly #ranges: readonly Range[];
  #at = 0;
  #to = -1;
  /** The next row of the ledger that no write was found for yet. */
  #expected = 0;

  constructor(worker: number, ranges: readonly Range[]) {
    this.worker = worker;
    this.keys = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
    this.#ranges = ranges;
    this.#begin();
  }

  has(op: number): boolean {
    while (op > this.#to) {
      this.#strange(this.#to);
      this.#at++;
      this.#begin();
    }
    if (op < this.#from) return false;
    this.#strange(op - 1);
    this.#expected = op + 1;
    return true;
  }

  /** No more writes come. */
  end(): void {
    for (; this.#at < this.#ranges.length; this.#at++, this.#begin()) this.#strange(this.#to);
  }

  #from = 0;

  #begin(): void {
    [this.#from, this.#to] = this.#ranges[this.#at] ?? [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    this.#expected = this.#from;
  }

  /** The rows from the expected one up to this one are foreign. */
  #strange(to: number): void {
    if (to < this.#expected) return;
    this.foreign += to - this.#expected + 1;
    for (let op = this.#expected; op <= to && this.foreignKeys.length < foreignListed; op++)
      this.foreignKeys.push([this.worker, op]);
  }
}

/** How many writes lie between those that the journal holds: workers number theirs 0, 1, 2 … */
export function missingKeys(ops: Ops): number {
  const { order, places, workers } = turnsOf(ops);
  const lastOp = new Float64Array(workers.length).fill(-1);
  let missing = 0;
  for (let i = 0; i < ops.n; i++) {
    const row = order ? order[i]! : i;
    const place = places[ops.worker[row]!]!;
    missing += Math.max(0, ops.op[row]! - (lastOp[place]! + 1));
    lastOp[place] = ops.op[row]!;
  }
  return missing;
}

/** Keys that the journal gives to more than one write: it contradicts itself. */
export function repeatedKeys(ops: Ops): Key[] {
  const { n, worker, op } = ops;
  const { order, places, workers } = turnsOf(ops);
  const lastOp = new Float64Array(workers.length).fill(-1);
  const found: { readonly place: number; readonly key: Key }[] = [];
  for (let i = 0; i < n; i++) {
    const row = order ? order[i]! : i;
    const place = places[worker[row]!]!;
    if (op[row] === lastOp[place]) found.push({ place, key: [worker[row]!, op[row]!] });
    lastOp[place] = op[row]!;
  }
  return byPlace(found).map(({ key }) => key);
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
