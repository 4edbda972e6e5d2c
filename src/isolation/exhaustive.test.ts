/** Small histories, judged by trying every way in which a database could have made them. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { IsolationLevel } from './levels.ts';
import { judged, type Operation, type Transaction } from './test-history.ts';

type Lists = ReadonlyMap<number, readonly number[]>;

/** The lists after the transaction, if it reads in `before` what it read; undefined if it does not. */
function execute({ operations }: Transaction, before: Lists): Lists | undefined {
  const lists = new Map(before);
  for (const operation of operations) {
    const list = lists.get(operation.key) ?? [];
    if ('append' in operation) lists.set(operation.key, [...list, operation.append]);
    else if (operation.read && operation.read.join() !== list.join()) return undefined;
  }
  return lists;
}

/** Whether some order of the transactions, one after the other, gives what was read. Unknown ones may be left out. */
function isSerializable(left: readonly Transaction[], lists: Lists = new Map()): boolean {
  if (left.every(({ outcome }) => outcome !== 'ok')) return true;
  return left.some((transaction, i) => {
    if (transaction.outcome === 'failed') return false;
    const after = execute(transaction, lists);
    return after !== undefined && isSerializable(left.toSpliced(i, 1), after);
  });
}

interface Running {
  readonly transaction: Transaction;
  readonly written: ReadonlySet<number>;
  /** What others committed since it began. */
  readonly changed: ReadonlySet<number>;
}
const writtenBy = ({ operations }: Transaction): Set<number> =>
  new Set(operations.flatMap((operation) => ('append' in operation ? [operation.key] : [])));

/** Whether some interleaving of beginnings and commits under snapshot isolation, first committer wins, gives what was read. */
function isSnapshotIsolated(
  waiting: readonly Transaction[],
  running: readonly Running[] = [],
  lists: Lists = new Map(),
): boolean {
  if (running.length === 0 && waiting.every(({ outcome }) => outcome !== 'ok')) return true;
  const beginsOne = waiting.some((transaction, i) => {
    // A transaction reads its snapshot and its own appends alone, so what it reads is settled when it begins.
    if (transaction.outcome === 'failed' || !execute(transaction, lists)) return false;
    const begun = { transaction, written: writtenBy(transaction), changed: new Set<number>() };
    return isSnapshotIsolated(waiting.toSpliced(i, 1), [...running, begun], lists);
  });
  if (beginsOne) return true;
  return running.some(({ transaction, written, changed }, i) => {
    if ([...written].some((key) => changed.has(key))) return false;
    const after = new Map(lists);
    for (const operation of transaction.operations)
      if ('append' in operation) after.set(operation.key, [...(after.get(operation.key) ?? []), operation.append]);
    const others = running
      .toSpliced(i, 1)
      .map((other) => ({ ...other, changed: new Set([...other.changed, ...written]) }));
    return isSnapshotIsolated(waiting, others, after);
  });
}

/**
 * Histories of two to four transactions on two keys. Each key has one random order of what was appended, rolled back
 * elements rarely among them, and each read finds a random prefix of it; often ended by a read of both lists.
 */
const histories = fc
  .record({
    shapes: fc.array(
      fc.record({
        outcome: fc.constantFrom<Transaction['outcome']>('ok', 'ok', 'ok', 'ok', 'ok', 'failed', 'unknown'),
        steps: fc.array(fc.record({ key: fc.nat(1), isAppend: fc.boolean(), length: fc.nat(5) }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
      { minLength: 2, maxLength: 4 },
    ),
    order: fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
    shown: fc.array(fc.nat(9), { minLength: 12, maxLength: 12 }),
    last: fc.boolean(),
  })
  .map(({ shapes, order, shown, last }): Transaction[] => {
    let element = 0;
    const appends = shapes.flatMap(({ outcome, steps }) =>
      steps.map((step) =>
        step.isAppend ? { ...step, outcome, element: ++element } : { ...step, outcome, element: 0 },
      ),
    );
    const rank = (appended: number) => order[appended]! * 100 + appended;
    const isShown = ({ outcome, element: appended }: (typeof appends)[number]) =>
      outcome === 'ok' || shown[appended]! < (outcome === 'failed' ? 1 : 5);
    const orderOf = (key: number) =>
      appends
        .filter((append) => append.isAppend && append.key === key && isShown(append))
        .map((append) => append.element)
        .sort((a, b) => rank(a) - rank(b));
    const lists = [orderOf(0), orderOf(1)] as const;
    let next = 0;
    const transactions = shapes.map(({ outcome, steps }): Transaction => {
      const operations = steps.map(({ key, isAppend, length }): Operation => {
        const own = appends[next++]!;
        if (isAppend) return { key, append: own.element };
        return { key, read: outcome === 'ok' ? lists[key]!.slice(0, length) : undefined };
      });
      return { outcome, operations };
    });
    const final = lists.map((read, key) => ({ key, read }));
    return last ? [...transactions, { outcome: 'ok', operations: final }] : transactions;
  });

const truth: Readonly<Partial<Record<IsolationLevel, (history: readonly Transaction[]) => boolean>>> = {
  serializable: (history) => isSerializable(history),
  'repeatable read': (history) => isSnapshotIsolated(history),
};
/** Whether every append that certainly happened was read, so that the order of all versions is known. */
function isRead(history: readonly Transaction[]): boolean {
  const seen = new Set(
    history.flatMap(({ operations }) => operations.flatMap((op) => ('read' in op ? (op.read ?? []) : []))),
  );
  return history.every(({ outcome, operations }) => {
    const appended = operations.flatMap((op) => ('append' in op ? [op.append] : []));
    const happened = outcome === 'ok' || (outcome === 'unknown' && appended.some((element) => seen.has(element)));
    return !happened || appended.every((element) => seen.has(element));
  });
}

describe('isolation verdicts against every possible execution', () => {
  for (const [level, allows] of Object.entries(truth) as [
    IsolationLevel,
    (history: readonly Transaction[]) => boolean,
  ][]) {
    it(`finds an anomaly exactly where no execution under ${level} gives the history`, () => {
      const seen = { allowed: 0, refused: 0 };
      fc.assert(
        fc.property(histories, (history) => {
          const possible = allows(history);
          const { anomalies } = judged(history, level);
          if (possible) expect(anomalies, 'invented').to.deep.equal([]);
          else if (isRead(history)) expect(anomalies, 'missed').not.to.deep.equal([]);
          seen[possible ? 'allowed' : 'refused']++;
        }),
        { numRuns: 10_000, seed: 22 },
      );
      // Both answers are common, or the comparison would show little.
      expect(Math.min(seen.allowed, seen.refused)).to.be.greaterThan(1000);
    });
  }

  it('finds what breaks read committed exactly where the definitions do, applied literally', () => {
    const seen = { allowed: 0, refused: 0 };
    fc.assert(
      fc.property(histories.filter(isRead), (history) => {
        const possible = isReadCommitted(history);
        const { anomalies } = judged(history, 'read committed');
        expect(anomalies.length === 0).to.equal(possible);
        seen[possible ? 'allowed' : 'refused']++;
      }),
      { numRuns: 10_000, seed: 22 },
    );
    expect(Math.min(seen.allowed, seen.refused)).to.be.greaterThan(1000);
  });
});

/** G0, G1a, G1b, G1c and the order of a transaction's own appends, word by word from Adya's definitions, for histories read in full. */
function isReadCommitted(history: readonly Transaction[]): boolean {
  const writer = new Map<number, number>();
  const lastOf = new Map<string, number>();
  history.forEach(({ operations }, t) => {
    for (const operation of operations) {
      if (!('append' in operation)) continue;
      writer.set(operation.append, t);
      lastOf.set(`${t} ${operation.key}`, operation.append);
    }
  });
  const depends = history.map(() => history.map(() => false));
  for (const key of [0, 1]) {
    const reads = history.flatMap(({ operations }, t) =>
      operations.flatMap((operation, i) =>
        'read' in operation && operation.read && operation.key === key ? [{ t, i, list: operation.read }] : [],
      ),
    );
    const longest = reads.map(({ list }) => list).sort((a, b) => b.length - a.length)[0] ?? [];
    for (const { t, i, list } of reads) {
      const own = history[t]!.operations.slice(0, i).flatMap((op) =>
        'append' in op && op.key === key ? [op.append] : [],
      );
      const later = history[t]!.operations.slice(i).flatMap((op) =>
        'append' in op && op.key === key ? [op.append] : [],
      );
      if (later.some((element) => list.includes(element))) return false;
      if (own.length > 0 && list.slice(-own.length).join() !== own.join()) return false;
      if (list.some((element) => history[writer.get(element)!]!.outcome === 'failed')) return false;
      const last = list.at(-1);
      if (last === undefined || own.length > 0) continue;
      const from = writer.get(last)!;
      if (from !== t && lastOf.get(`${from} ${key}`) !== last) return false;
      if (from !== t) depends[from]![t] = true;
    }
    for (const { operations } of history) {
      const own = operations.flatMap((op) =>
        'append' in op && op.key === key && longest.includes(op.append) ? [op.append] : [],
      );
      if (own.join() !== longest.filter((element) => own.includes(element)).join()) return false;
    }
    longest.slice(1).forEach((element, i) => {
      const [from, to] = [writer.get(longest[i]!)!, writer.get(element)!];
      if (from !== to) depends[from]![to] = true;
    });
  }
  for (let k = 0; k < history.length; k++)
    for (let i = 0; i < history.length; i++)
      for (let j = 0; j < history.length; j++) depends[i]![j] ||= depends[i]![k]! && depends[k]![j]!;
  return history.every((_, t) => !depends[t]![t]);
}
