/** What a transaction must find of its own doing, and updates that two transactions made to the same version. */
import { type Findings, pairOf } from './finding.ts';
import { operation, transactionOutcomes } from './history.ts';
import type { IsolationLevel } from './levels.ts';
import { elementAt, elementOf, lengthOf, listOf, shortList } from './lists.ts';
import type { History } from './versions.ts';

const committed = transactionOutcomes.indexOf('ok');

/**
 * Adds transactions that contradict themselves [C: INT] and, from repeatable read on, lost updates [B: P4].
 *
 * Under read committed a transaction may read a key twice and find other transactions' appends in between; its own appends
 * it must find under every level, at the end of the list: the row stays locked until it commits.
 *
 * @returns the pairs of lost updates, by `pairOf`
 */
export function checkWithin(history: History, level: IsolationLevel, found: Findings): ReadonlySet<string> {
  const { n, firstOp, kind, key, outcome } = history;
  const lastOp = new Int32Array(history.keyNames.length).fill(-1);
  const updates = level === 'read committed' ? undefined : new Updates(history, found);
  for (let t = 0; t < n; t++) {
    let contradiction: string | undefined;
    for (let op = firstOp[t]!; op < firstOp[t + 1]!; op++) {
      if (kind[op] === operation.unread) continue;
      const repeats = lastOp[key[op]!]! >= firstOp[t]!;
      lastOp[key[op]!] = op;
      if (!repeats) continue;
      if (kind[op] === operation.append) checkOwnOrder(history, t, op, found);
      if (outcome[t] !== committed) continue;
      if (kind[op] === operation.append) updates?.add(t, op);
      contradiction ??= kind[op] === operation.append ? readAhead(history, t, op) : ownRead(history, { t, op, level });
    }
    if (contradiction !== undefined)
      found.add({ name: 'internal', transactions: [t], dependencies: [], text: contradiction });
  }
  return updates?.pairs ?? new Set();
}

/** Appends of one transaction come in its own order; no cycle shows that they do not, as both ends are the same. */
function checkOwnOrder(history: History, t: number, append: number, found: Findings): void {
  const { firstOp, kind, key, at, writer } = history;
  let earlier = append - 1;
  while (earlier >= firstOp[t]! && (key[earlier] !== key[append] || kind[earlier] !== operation.append)) earlier--;
  if (earlier < firstOp[t]! || at[append]! < 0 || at[earlier]! < at[append]! || writer[at[append]!] !== t) return;
  const [one, two] = [elementOf(history, earlier), elementOf(history, append)];
  const text = `T${t} appended ${one} and then ${two} to key ${nameOf(history, append)}, but they were read in the other order`;
  found.add({ name: 'incompatible-order', transactions: [t], dependencies: [], text });
}

/** A read of the element that the transaction appends only afterwards. */
function readAhead(history: History, t: number, append: number): string | undefined {
  const element = elementOf(history, append);
  for (let op = history.firstOp[t]!; op < append; op++)
    if (isReadOf(history, op, history.key[append]!) && holds(history, op, append))
      return `T${t} read ${element} in key ${nameOf(history, append)} before it appended it`;
  return undefined;
}

/** Whether a read holds what an append of the same transaction put into the key. */
function holds(history: History, read: number, append: number): boolean {
  const { kind, at } = history;
  if (kind[read] === operation.oddRead) return listOf(history, read).includes(elementOf(history, append));
  return at[append]! >= 0 && at[append]! <= at[read]!;
}

function ownRead(
  history: History,
  { t, op, level }: { t: number; op: number; level: IsolationLevel },
): string | undefined {
  const { kind, key, firstOp } = history;
  const length = lengthOf(history, op);
  let appends = 0;
  for (let earlier = op - 1; earlier >= firstOp[t]!; earlier--) {
    if (key[earlier] !== key[op] || kind[earlier] === operation.unread) continue;
    if (kind[earlier] === operation.append) {
      appends++;
      if (appends > length || elementAt(history, op, length - appends) !== elementOf(history, earlier))
        return `T${t} appended ${elementOf(history, earlier)} to key ${nameOf(history, op)}, but then read it as ${shortList(listOf(history, op))}`;
    } else if (level !== 'read committed' && !continues(history, { op, earlier, appends }))
      return `T${t} read key ${nameOf(history, op)} as ${shortList(listOf(history, earlier))} and later as ${shortList(listOf(history, op))}`;
  }
  return undefined;
}

/** Whether a read is an earlier one of the same transaction, continued by what the transaction appended in between. */
function continues(
  history: History,
  { op, earlier, appends }: { op: number; earlier: number; appends: number },
): boolean {
  const length = lengthOf(history, earlier);
  if (lengthOf(history, op) !== length + appends) return false;
  for (let i = 0; i < length; i++) if (elementAt(history, op, i) !== elementAt(history, earlier, i)) return false;
  return true;
}

/** Of each version the first transaction that read it and then appended to its key. */
class Updates {
  readonly #history: History;
  readonly #found: Findings;
  readonly #first: Int32Array;
  readonly pairs = new Set<string>();
  constructor(history: History, found: Findings) {
    this.#history = history;
    this.#found = found;
    this.#first = new Int32Array(history.writer.length).fill(-1);
  }
  /** Transaction t appends by `append` to a key that it read, or appended to, before. */
  add(t: number, append: number): void {
    const { firstOp, kind, key, at } = this.#history;
    let op = firstOp[t]!;
    while (key[op] !== key[append] || kind[op] === operation.unread) op++;
    if (kind[op] !== operation.read) return;
    const slot = at[op]!;
    const other = this.#first[slot]!;
    if (other === t) return;
    if (other < 0) this.#first[slot] = t;
    else this.#report([other, t], append, lengthOf(this.#history, op));
  }
  #report([first, second]: [number, number], append: number, length: number): void {
    const key = nameOf(this.#history, append);
    const element = elementOf(this.#history, append);
    this.pairs.add(pairOf([first, second]));
    this.#found.add({
      name: 'lost-update',
      transactions: [first, second],
      dependencies: [{ from: first, to: second, type: 'rw', key, element }],
      text: `T${first} and T${second} both read key ${key} with ${length} elements, and both appended to it`,
    });
  }
}

const isReadOf = ({ kind, key }: History, op: number, wanted: number): boolean =>
  key[op] === wanted && kind[op] !== operation.append && kind[op] !== operation.unread;
const nameOf = ({ key, keyNames }: History, op: number): number => keyNames[key[op]!]!;
