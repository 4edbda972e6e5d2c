/**
 * The versions of each key, who made them and who read them: the order of versions comes from the reads [K §4.2].
 *
 * A *slot* is a version of a key: the empty list first, then one slot for each element of the key's list, so a read of n
 * elements is a read of the key's n-th slot. Behind them come *tails*: appends that certainly happened and that nobody
 * read. Each of them is later than every version read, in an order that is not known.
 */
import { type Appends, ElementTable } from './element-table.ts';
import { type OddRead, operation, type Recorded, transactionOutcomes } from './history.ts';

/** In `writer`: nobody is known to have appended the element of this slot. */
export const nobody = -1;
/** In `writer`: the empty list, with which the slots of a key begin. */
export const initial = -2;
/** In `writer`: the slot's element comes from a transaction that rolled back. */
const abortedFrom = -3;
export const abortedWriter = (writer: number): number => (writer <= abortedFrom ? abortedFrom - writer : nobody);

/** Bits of `flags`. */
export const slotFlag = {
  /** The writer appended to the key again afterwards, in the same transaction. */
  intermediate: 1,
  tail: 2,
  /** Nothing is in this slot. */
  unused: 4,
} as const;
/** Tails of a key beyond this many are left out: each would be an edge to every reader of the last version. */
const mostTails = 16;

export interface ResolvedOddRead extends OddRead {
  /** Of each element the transaction that appended it, or `nobody`. */
  readonly writers: Int32Array;
}

export interface History extends Omit<Recorded, 'pool' | 'poolAt' | 'odd'> {
  /**
   * Of an append its slot, or −1 − element where nobody read it and it is not a tail; of a read its slot; of an odd read its
   * row in `odd`.
   */
  readonly at: Int32Array;
  readonly odd: readonly ResolvedOddRead[];
  /** The first slot of each key; has one row more than there are keys. */
  readonly firstSlot: Int32Array;
  /** The transaction that made the version, or one of the codes above. Unknown transactions are here once they were read. */
  readonly writer: Int32Array;
  readonly element: Int32Array;
  readonly flags: Uint8Array;
  /** The first reader of each slot in `readers`; has one row more than there are slots. */
  readonly firstReader: Int32Array;
  /** Transactions that read the slot before they appended to its key. */
  readonly readers: Int32Array;
}

/** The key that a slot belongs to. */
export function keyOfSlot({ firstSlot }: Pick<History, 'firstSlot'>, slot: number): number {
  let [low, high] = [0, firstSlot.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (firstSlot[middle]! <= slot) low = middle;
    else high = middle;
  }
  return low;
}

const failed = transactionOutcomes.indexOf('failed');
const committed = transactionOutcomes.indexOf('ok');

/** Finds who made and who read each version. Takes the columns of `recorded` over: `at` is rewritten in place. */
export function resolveVersions(recorded: Recorded): History {
  const { pool, poolAt, odd, ...columns } = recorded;
  const appends = groupAppends(recorded);
  const slots = layOut(recorded, appends);
  const happened = new Uint8Array(recorded.n);
  for (let t = 0; t < recorded.n; t++) happened[t] = recorded.outcome[t] === committed ? 1 : 0;
  const resolvedOdd = new Map<OddRead, ResolvedOddRead>();
  const oddOf = Map.groupBy(odd, ({ key }) => key);
  const table = new ElementTable();
  for (let key = 0; key < recorded.keyNames.length; key++) {
    table.fill(recorded, appends, key);
    placeVersions({ recorded, appends, table, happened }, slots, key);
    for (const read of oddOf.get(key) ?? [])
      resolvedOdd.set(read, { ...read, writers: writersOf(read, { recorded, appends, table, happened }) });
  }
  placeTails(recorded, appends, slots, happened);
  return {
    ...columns,
    ...slots,
    ...groupReaders(recorded, slots),
    odd: odd.map((read) => resolvedOdd.get(read)!),
  };
}

type Slots = Pick<History, 'firstSlot' | 'writer' | 'element' | 'flags'>;

function groupAppends({ n, firstOp, kind, key, keyNames }: Recorded): Appends {
  const from = new Int32Array(keyNames.length + 1);
  for (let op = 0; op < kind.length; op++) if (kind[op] === operation.append) from[key[op]! + 1]!++;
  for (let k = 0; k < keyNames.length; k++) from[k + 1]! += from[k]!;
  const [ops, transaction] = [new Int32Array(from.at(-1)!), new Int32Array(from.at(-1)!)];
  for (let t = 0; t < n; t++)
    for (let op = firstOp[t]!; op < firstOp[t + 1]!; op++) {
      if (kind[op] !== operation.append) continue;
      const row = from[key[op]!]!++;
      ops[row] = op;
      transaction[row] = t;
    }
  backToStarts(from);
  return { from, op: ops, transaction };
}

function layOut({ keyNames, seen }: Recorded, { from }: Appends): Slots {
  const firstSlot = new Int32Array(keyNames.length + 1);
  for (let k = 0; k < keyNames.length; k++)
    firstSlot[k + 1] = firstSlot[k]! + 1 + Math.max(seen[k]!, from[k + 1]! - from[k]!);
  const n = firstSlot.at(-1)!;
  const slots = {
    firstSlot,
    writer: new Int32Array(n).fill(nobody),
    element: new Int32Array(n),
    flags: new Uint8Array(n),
  };
  for (let k = 0; k < keyNames.length; k++) slots.writer[firstSlot[k]!] = initial;
  return slots;
}

interface Scene {
  readonly recorded: Recorded;
  readonly appends: Appends;
  readonly table: ElementTable;
  /** 1 for transactions that committed, or that are unknown and were read. */
  readonly happened: Uint8Array;
}

function placeVersions(scene: Scene, slots: Slots, key: number): void {
  const { recorded, appends, table } = scene;
  const { pool, poolAt, seen, at } = recorded;
  const first = slots.firstSlot[key]! + 1;
  for (let row = appends.from[key]!; row < appends.from[key + 1]!; row++)
    at[appends.op[row]!] = -1 - at[appends.op[row]!]!;
  for (let i = 0; i < seen[key]!; i++) {
    const element = pool[poolAt[key]! + i]!;
    const row = table.find(element);
    slots.element[first + i] = element;
    slots.writer[first + i] = writerAt(scene, row);
    if (row < 0) continue;
    const op = appends.op[row]!;
    at[op] = first + i;
    if (appendsAgain(appends, row, key)) slots.flags[first + i]! |= slotFlag.intermediate;
  }
}

/** Of a read append: a transaction whose commit was not answered has happened once it was read [K §4.2]. */
function writerAt({ recorded, appends, happened }: Scene, row: number): number {
  if (row < 0) return nobody;
  const transaction = appends.transaction[row]!;
  if (recorded.outcome[transaction] === failed) return abortedFrom - transaction;
  happened[transaction] = 1;
  return transaction;
}

function writersOf(read: OddRead, scene: Scene): Int32Array {
  return read.elements.map((element) => writerAt(scene, scene.table.find(element)));
}

/** The appends of a key are in the order of transactions, and of one transaction in its own. */
const appendsAgain = ({ from, transaction }: Appends, row: number, key: number): boolean =>
  row + 1 < from[key + 1]! && transaction[row + 1] === transaction[row];

function placeTails({ at, keyNames, seen }: Recorded, appends: Appends, slots: Slots, happened: Uint8Array): void {
  for (let key = 0; key < keyNames.length; key++) {
    let slot = slots.firstSlot[key]! + 1 + seen[key]!;
    const end = Math.min(slots.firstSlot[key + 1]!, slot + mostTails);
    for (let row = appends.from[key]!; row < appends.from[key + 1]!; row++) {
      const op = appends.op[row]!;
      if (at[op]! >= 0 || happened[appends.transaction[row]!] === 0 || slot >= end) continue;
      slots.element[slot] = -1 - at[op]!;
      at[op] = slot;
      slots.writer[slot] = appends.transaction[row]!;
      slots.flags[slot] = slotFlag.tail;
      slot++;
    }
    for (; slot < slots.firstSlot[key + 1]!; slot++) slots.flags[slot] = slotFlag.unused;
  }
}

/** Turns the lengths of reads into slots, and groups the readers by slot. */
function groupReaders({ n, firstOp, kind, key, at }: Recorded, { firstSlot, writer }: Slots) {
  const firstReader = new Int32Array(writer.length + 1);
  for (let op = 0; op < kind.length; op++) {
    if (kind[op] !== operation.read && kind[op] !== operation.ownRead) continue;
    at[op] = firstSlot[key[op]!]! + at[op]!;
    if (kind[op] === operation.read) firstReader[at[op]! + 1]!++;
  }
  for (let slot = 0; slot < writer.length; slot++) firstReader[slot + 1]! += firstReader[slot]!;
  const readers = new Int32Array(firstReader.at(-1)!);
  for (let t = 0; t < n; t++)
    for (let op = firstOp[t]!; op < firstOp[t + 1]!; op++)
      if (kind[op] === operation.read) readers[firstReader[at[op]!]!++] = t;
  backToStarts(firstReader);
  return { firstReader, readers };
}

/** Filling the groups has moved each one's start to its end, which is the start of the next. */
function backToStarts(starts: Int32Array): void {
  starts.copyWithin(1, 0, starts.length - 1);
  starts[0] = 0;
}
