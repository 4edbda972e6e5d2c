/** Plants one anomaly of a kind into keys of its own, for tests. */
import type { AnomalyName } from './levels.ts';
import type { Operation, Transaction } from './test-history.ts';

type EdgeType = 'ww' | 'wr' | 'rw';
export type Random = () => number;
const below = (random: Random, n: number): number => Math.floor(random() * n);
const pick = <T>(random: Random, values: readonly T[]): T => values[below(random, values.length)]!;

/** Lists under fresh keys, with what is known of their order. */
class Plot {
  readonly transactions: { outcome: Transaction['outcome']; operations: Operation[] }[] = [];
  readonly #random: Random;
  #key: number;
  /** What a last reader finds. */
  readonly final = new Map<number, number[]>();
  constructor(random: Random, firstKey: number) {
    this.#random = random;
    this.#key = firstKey;
  }
  transaction(outcome: Transaction['outcome'] = 'ok'): Operation[] {
    const operations: Operation[] = [];
    this.transactions.push({ outcome, operations });
    return operations;
  }
  /** A key whose list holds up to two elements already. */
  key(): { key: number; before: number[] } {
    const key = this.#key++;
    const before = Array.from({ length: below(this.#random, 3) }, (_, i) => 10 + i);
    if (before.length > 0) this.transaction().push(...before.map((append) => ({ append, key })));
    this.final.set(key, [...before]);
    return { key, before };
  }
  /** Ends with a transaction that reads every list, in full. */
  done(): Transaction[] {
    const last = this.transaction();
    for (const [key, read] of this.final) last.push({ key, read });
    return this.transactions;
  }
}

/** A cycle of as many transactions as edges, each edge on a key of its own. */
function plantCycle(random: Random, firstKey: number, edges: readonly EdgeType[]): Transaction[] {
  const plot = new Plot(random, firstKey);
  const members = edges.map(() => plot.transaction());
  edges.forEach((type, i) => {
    const { key, before } = plot.key();
    const [from, to] = [members[i]!, members[(i + 1) % members.length]!];
    const list = plot.final.get(key)!;
    const put = (operations: Operation[], operation: Operation) =>
      operations.splice(below(random, operations.length + 1), 0, operation);
    const append = (operations: Operation[], element: number) => {
      put(operations, { key, append: element });
      list.push(element);
    };
    if (type === 'rw') put(from, { key, read: before });
    else append(from, 1);
    if (type === 'wr') put(to, { key, read: [...list] });
    else append(to, 2);
  });
  return plot.done();
}

const repeat = (random: Random, length: number, of: readonly EdgeType[]): EdgeType[] =>
  Array.from({ length }, () => pick(random, of));

function plantReads(random: Random, firstKey: number, kind: AnomalyName): Transaction[] {
  const plot = new Plot(random, firstKey);
  const { key, before } = plot.key();
  const [one, two] = [plot.transaction(kind === 'G1a' ? 'failed' : 'ok'), plot.transaction()];
  if (kind === 'garbage-read') {
    two.push({ key, read: [...before, 99] });
    plot.final.delete(key);
  } else if (kind === 'duplicate-elements') {
    one.push({ key, append: 1 });
    plot.final.get(key)!.push(1);
    two.push({ key, read: [...before, 1, ...before.slice(0, 1), 1] });
  } else if (kind === 'G1a') {
    one.push({ key, append: 1 });
    two.push({ key, read: [...before, 1] });
    if (random() < 0.5) two.push({ key, append: 2 });
    // The rolled back element is gone from the last read or still there: both are G1a and nothing else.
    const gone = random() < 0.5;
    plot.final.get(key)!.push(...(gone ? [] : [1]), ...(two.length > 1 ? [2] : []));
  } else if (kind === 'G1b') {
    one.push({ key, append: 1 }, { key, append: 2 });
    two.push({ key, read: [...before, 1] });
    plot.final.get(key)!.push(1, 2);
  } else if (kind === 'incompatible-order') {
    one.push({ key, append: 1 });
    two.push({ key, append: 2 });
    plot.transaction().push({ key, read: [...before, 2, 1] });
    plot.final.get(key)!.push(1, 2);
  } else if (kind === 'internal') {
    two.push({ key, append: 1 }, { key, read: random() < 0.5 ? before : [] });
    plot.final.get(key)!.push(1);
  } else {
    one.push({ key, read: before }, { key, append: 1 });
    two.push({ key, read: before }, { key, append: 2 });
    plot.final.get(key)!.push(1, 2);
  }
  return plot.done();
}

/** Transactions that show the anomaly and, apart from what it implies, no other. Keys from `firstKey` to `firstKey` + 9. */
export function plant(random: Random, firstKey: number, kind: AnomalyName): Transaction[] {
  const dependencies: EdgeType[] = ['ww', 'wr'];
  const length = below(random, 4);
  switch (kind) {
    case 'G0':
      return plantCycle(random, firstKey, repeat(random, 2 + length, ['ww']));
    case 'G1c':
      return plantCycle(random, firstKey, ['wr', ...repeat(random, 1 + length, dependencies)]);
    case 'G-single':
      return plantCycle(random, firstKey, ['rw', ...repeat(random, 1 + length, dependencies)]);
    case 'long-fork':
      return plantCycle(random, firstKey, ['wr', 'rw', 'wr', 'rw']);
    case 'G-nonadjacent':
      return plantCycle(random, firstKey, ['rw', 'ww', 'rw', ...repeat(random, 1 + length, dependencies)]);
    case 'G2-item':
      return plantCycle(random, firstKey, ['rw', 'rw', ...repeat(random, length, ['ww', 'wr', 'rw'])]);
    default:
      return plantReads(random, firstKey, kind);
  }
}
