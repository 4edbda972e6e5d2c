/**
 * The direct dependencies between transactions [A §3.1], found from the versions when they are asked for: a history of ten
 * million transactions has some sixty million of them, too many to keep.
 *
 * - ww: a transaction made the version that follows the one the other made.
 * - wr: a transaction read the version that the other made.
 * - rw: a transaction made the version that follows the one the other read (anti-dependency).
 *
 * `successors` and `predecessors` must agree edge by edge, parallel edges included: `peel.ts` counts on it.
 */
import { operation } from './history.ts';
import { type History, initial, slotFlag } from './versions.ts';

export const dependency = { ww: 1, wr: 2, rw: 4 } as const;

/** Edges from or to one transaction; filled again and again, so that no edge is an object. */
export class Edges {
  n = 0;
  other = new Int32Array(64);
  type = new Uint8Array(64);
  /** The version that the edge leads to: made (ww, rw) or read (wr). */
  slot = new Int32Array(64);

  add(other: number, type: number, slot: number): void {
    if (this.n === this.other.length) this.#grow();
    this.other[this.n] = other;
    this.type[this.n] = type;
    this.slot[this.n++] = slot;
  }
  #grow(): void {
    const [other, type, slot] = [this.other, this.type, this.slot];
    this.other = new Int32Array(2 * this.n);
    this.type = new Uint8Array(2 * this.n);
    this.slot = new Int32Array(2 * this.n);
    this.other.set(other);
    this.type.set(type);
    this.slot.set(slot);
  }
}

/** Fills `out` with the dependencies on transaction t: those that come after it. */
export function successors(history: History, t: number, out: Edges): void {
  const { firstOp, kind, at, flags } = history;
  out.n = 0;
  for (let op = firstOp[t]!; op < firstOp[t + 1]!; op++) {
    const slot = at[op]!;
    if (kind[op] === operation.read) addNext(history, t, slot, dependency.rw, out);
    else if (kind[op] === operation.append && slot >= 0 && history.writer[slot] === t) {
      if ((flags[slot]! & slotFlag.tail) === 0) addNext(history, t, slot, dependency.ww, out);
      addReaders(history, t, slot, out);
    }
  }
}

/** Fills `out` with the dependencies of transaction t: those that come before it. */
export function predecessors(history: History, t: number, out: Edges): void {
  const { firstOp, kind, at, writer } = history;
  out.n = 0;
  for (let op = firstOp[t]!; op < firstOp[t + 1]!; op++) {
    const slot = at[op]!;
    if (kind[op] === operation.read) {
      const made = madeBy(history, slot);
      if (writer[made]! >= 0 && writer[made] !== t) out.add(writer[made]!, dependency.wr, slot);
    } else if (kind[op] === operation.append && slot >= 0 && writer[slot] === t) addPrevious(history, t, slot, out);
  }
}

/** The makers of the version after `slot`. Versions whose maker rolled back or is not known are passed over. */
function addNext({ writer, flags }: History, t: number, slot: number, type: number, out: Edges): void {
  let next = slot + 1;
  while (next < writer.length && isNobody(writer[next]!)) next++;
  if (next === writer.length || writer[next] === initial) return;
  const several = (flags[next]! & slotFlag.tail) > 0;
  do {
    if (writer[next]! >= 0 && writer[next] !== t) out.add(writer[next]!, type, next);
    next++;
  } while (several && next < writer.length && (flags[next]! & slotFlag.tail) > 0);
}

/** The readers of the version `slot`, and of those after it that nobody is known to have made. */
function addReaders({ writer, firstReader, readers }: History, t: number, slot: number, out: Edges): void {
  let version = slot;
  do {
    for (let i = firstReader[version]!; i < firstReader[version + 1]!; i++)
      if (readers[i] !== t) out.add(readers[i]!, dependency.wr, version);
    version++;
  } while (version < writer.length && isNobody(writer[version]!));
}

function addPrevious({ writer, flags, firstReader, readers }: History, t: number, slot: number, out: Edges): void {
  let previous = slot - 1;
  while ((flags[slot]! & slotFlag.tail) > 0 && (flags[previous]! & slotFlag.tail) > 0) previous--;
  for (; ; previous--) {
    for (let i = firstReader[previous]!; i < firstReader[previous + 1]!; i++)
      if (readers[i] !== t) out.add(readers[i]!, dependency.rw, slot);
    if (!isNobody(writer[previous]!)) break;
  }
  if (writer[previous]! >= 0 && writer[previous] !== t) out.add(writer[previous]!, dependency.ww, slot);
}

function madeBy({ writer }: History, slot: number): number {
  let made = slot;
  while (isNobody(writer[made]!)) made--;
  return made;
}
const isNobody = (writer: number): boolean => writer < 0 && writer !== initial;
