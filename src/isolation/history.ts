/**
 * Histories of list-append transactions, as columns.
 *
 * A transaction is a row, and so is each of its operations: an append of an element to the list under a key, or a read of
 * such a list. Reads of a healthy database are prefixes of one list per key, so the recorder keeps that list once, and of
 * each read only its length. That makes a read cost four bytes, however long the list; only reads that do not fit are kept
 * as they came (`odd`).
 */
import { UsageError } from '../errors.ts';
import { bytes, Column, ints } from './column.ts';

/** What became of a transaction; the order is the code used in columns. `unknown`: the commit was not answered. */
export const transactionOutcomes = ['ok', 'failed', 'unknown'] as const;
export type TransactionOutcome = (typeof transactionOutcomes)[number];

/** What an operation is; `at` in `Recorded` and `History` depends on it. */
export const operation = {
  append: 0,
  /** A read before the transaction's own first append to the key, whose list begins the key's version order. */
  read: 1,
  /** Such a read after the transaction's own append to the key. */
  ownRead: 2,
  /** A read whose list does not begin the key's version order: `at` is its row in `odd`. */
  oddRead: 3,
  /** A read whose result is not known, or that belongs to a transaction that did not commit for certain. */
  unread: 4,
} as const;

/** A read that does not fit the version order of its key. */
export interface OddRead {
  readonly transaction: number;
  readonly key: number;
  readonly elements: Int32Array;
}

/** A recorded history, before its versions are known (`versions.ts`). */
export interface Recorded {
  /** Transactions. */
  readonly n: number;
  readonly outcome: Uint8Array;
  /** The transaction's first operation; has n + 1 rows. */
  readonly firstOp: Int32Array;
  readonly kind: Uint8Array;
  /** The operation's key, as an index into `keyNames`. */
  readonly key: Int32Array;
  /** Of an append its element, of a read the length of its list, of an odd read its row in `odd`. */
  readonly at: Int32Array;
  readonly odd: readonly OddRead[];
  readonly keyNames: Int32Array;
  /** How long the list of each key has become, as far as it was read. */
  readonly seen: Int32Array;
  /** The lists: that of key k is `pool[poolAt[k]]` and on. */
  readonly pool: Int32Array;
  readonly poolAt: Int32Array;
}

const mostKey = 2 ** 26;

/** Takes transactions in any order, each with its operations in theirs. */
export class HistoryRecorder {
  readonly #outcome: Column<Uint8Array<ArrayBuffer>>;
  readonly #firstOp: Column<Int32Array<ArrayBuffer>>;
  readonly #kind: Column<Uint8Array<ArrayBuffer>>;
  readonly #key: Column<Int32Array<ArrayBuffer>>;
  readonly #at: Column<Int32Array<ArrayBuffer>>;
  readonly #odd: OddRead[] = [];
  /** Index of a key by its name, plus 1. */
  readonly #index = new Column(ints);
  readonly #names = new Column(ints);
  readonly #seen = new Column(ints);
  readonly #pool: Column<Int32Array<ArrayBuffer>>;
  readonly #poolAt = new Column(ints);
  readonly #room = new Column(ints);
  /** Room in the pool that longer lists have left behind, by its length. */
  readonly #free = new Map<number, number[]>();
  /** The last append to each key, plus 1. */
  readonly #lastAppend = new Column(ints);
  #committed = false;

  /** @param expected how many transactions and operations will come, where that is known: columns are then made once */
  constructor(expected: { transactions?: number; operations?: number } = {}) {
    const { transactions = 0, operations = 0 } = expected;
    this.#outcome = new Column(bytes, transactions);
    this.#firstOp = new Column(ints, transactions + 1);
    this.#kind = new Column(bytes, operations);
    this.#key = new Column(ints, operations);
    this.#at = new Column(ints, operations);
    this.#pool = new Column(ints, operations / 2);
  }

  /** Begins a transaction; its operations follow. Returns its number. */
  begin(outcome: TransactionOutcome): number {
    this.#outcome.push(transactionOutcomes.indexOf(outcome));
    this.#firstOp.push(this.#kind.length);
    this.#committed = outcome === 'ok';
    return this.#outcome.length - 1;
  }

  /** The transaction appended `element` to the list under `key`. */
  append(key: number, element: number): void {
    if (!(Number.isInteger(element) && element >= 0 && element < 2 ** 31))
      throw new UsageError(`an element is a whole number from 0 to 2147483647, not ${element} (key ${key})`);
    const index = this.#indexOf(key);
    this.#push(operation.append, index, element);
    this.#lastAppend.set(index, this.#kind.length);
  }

  /** The transaction read `elements[from…to)` under `key`; undefined: the result is not known. */
  read(key: number, elements: ArrayLike<number> | undefined, from = 0, to = elements?.length ?? 0): void {
    const index = this.#indexOf(key);
    // Only what a committed transaction read is evidence [A: committed transactions].
    if (elements === undefined || !this.#committed) {
      this.#push(operation.unread, index, 0);
      return;
    }
    if (!this.#fits(index, elements, from, to)) {
      const list = Int32Array.from({ length: to - from }, (_, i) => elements[from + i]!);
      this.#odd.push({ transaction: this.#outcome.length - 1, key: index, elements: list });
      this.#push(operation.oddRead, index, this.#odd.length - 1);
      return;
    }
    if (to - from > this.#seen.get(index)) this.#extend(index, elements, from, to);
    const own = this.#lastAppend.get(index) > this.#firstOp.get(this.#firstOp.length - 1);
    this.#push(own ? operation.ownRead : operation.read, index, to - from);
  }

  /** The history so far. The recorder must not be used afterwards. */
  take(): Recorded {
    this.#firstOp.push(this.#kind.length);
    return {
      n: this.#outcome.length,
      outcome: this.#outcome.view(),
      firstOp: this.#firstOp.view(),
      kind: this.#kind.view(),
      key: this.#key.view(),
      at: this.#at.view(),
      odd: this.#odd,
      keyNames: this.#names.view(),
      seen: this.#seen.view(),
      pool: this.#pool.view(),
      poolAt: this.#poolAt.view(),
    };
  }

  #push(kind: number, key: number, at: number): void {
    this.#kind.push(kind);
    this.#key.push(key);
    this.#at.push(at);
  }

  #indexOf(name: number): number {
    if (name >= this.#index.length) {
      if (!(Number.isInteger(name) && name < mostKey)) throw badKey(name);
      this.#index.extend(name + 1 - this.#index.length);
    }
    if (!(name >= 0)) throw badKey(name);
    const known = this.#index.get(name);
    if (known > 0) return known - 1;
    this.#names.push(name);
    this.#seen.push(0);
    this.#poolAt.push(0);
    this.#room.push(0);
    this.#lastAppend.push(0);
    this.#index.set(name, this.#names.length);
    return this.#names.length - 1;
  }

  /** Whether the list is a prefix of the key's list, or continues it with elements that it does not hold. */
  #fits(key: number, elements: ArrayLike<number>, from: number, to: number): boolean {
    const at = this.#poolAt.get(key);
    const seen = this.#seen.get(key);
    const shared = Math.min(seen, to - from);
    for (let i = 0; i < shared; i++) if (this.#pool.get(at + i) !== elements[from + i]) return false;
    for (let i = from + shared; i < to; i++)
      for (let j = from; j < i; j++) if (elements[j] === elements[i]) return false;
    return true;
  }

  #extend(key: number, elements: ArrayLike<number>, from: number, to: number): void {
    const seen = this.#seen.get(key);
    if (to - from > this.#room.get(key)) this.#move(key, to - from);
    const at = this.#poolAt.get(key);
    for (let i = seen; i < to - from; i++) this.#pool.set(at + i, elements[from + i]!);
    this.#seen.set(key, to - from);
  }

  /** Moves a key's list to where there is room for `length` elements: a power of two, so that others can use what it leaves. */
  #move(key: number, length: number): void {
    const [room, old] = [Math.max(8, 2 ** Math.ceil(Math.log2(length))), this.#poolAt.get(key)];
    let start = this.#free.get(room)?.pop();
    if (start === undefined) {
      start = this.#pool.length;
      this.#pool.extend(room);
    }
    this.#pool.copyWithin(start, old, old + this.#seen.get(key));
    if (this.#room.get(key) > 0) {
      const left = this.#free.get(this.#room.get(key)) ?? [];
      left.push(old);
      this.#free.set(this.#room.get(key), left);
    }
    this.#poolAt.set(key, start);
    this.#room.set(key, room);
  }
}

const badKey = (key: number): UsageError =>
  new UsageError(`a key is a whole number from 0 to ${mostKey - 1}, not ${key}: number the lists from 0 on`);
