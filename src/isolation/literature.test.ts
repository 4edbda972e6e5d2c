/** Histories with anomalies known from the literature. Keys x, y, z; T0 is the first line. */
import { expect } from 'chai';
import { type AnomalyName, type IsolationLevel, isolationLevels } from './levels.ts';
import { historyOf, judged } from './test-history.ts';

interface Case {
  readonly from: string;
  readonly history: readonly string[];
  /** What each level finds; a level that is not named finds nothing. */
  readonly finds: Partial<Record<IsolationLevel, Partial<Record<AnomalyName, number>>>>;
}
const every = (counts: Partial<Record<AnomalyName, number>>): Case['finds'] =>
  Object.fromEntries(isolationLevels.map((level) => [level, counts]));
const snapshotUp = (counts: Partial<Record<AnomalyName, number>>): Case['finds'] => ({
  'repeatable read': counts,
  serializable: counts,
});

const cases: readonly Case[] = [
  {
    from: 'Adya 1999, G0: two transactions overwrite each other on two objects (G0)',
    history: ['a x 1, a y 1', 'a x 2, a y 2', 'r x [1 2], r y [2 1]'],
    finds: every({ G0: 1 }),
  },
  {
    from: 'Adya 1999, G1a: a transaction reads what an aborted one wrote (G1a)',
    history: ['failed: a x 1', 'r x [1], a y 1', 'r y [1]'],
    finds: every({ G1a: 1 }),
  },
  {
    from: 'Adya 1999, G1b: a transaction reads a version that its writer then overwrites (G1b)',
    history: ['a x 1, a x 2', 'r x [1]', 'r x [1 2]'],
    // T1 also comes before T0 by an anti-dependency, and after it by its read: as in Adya, that is G-single as well.
    finds: { 'read committed': { G1b: 1 }, ...snapshotUp({ G1b: 1, 'G-single': 1 }) },
  },
  {
    from: 'Adya 1999, G1c: two transactions read from each other (G1c)',
    history: ['a x 1, r y [1]', 'a y 1, r x [1]'],
    finds: every({ G1c: 1 }),
  },
  {
    from: 'Berenson 1995, H4: the lost update (P4)',
    history: ['a x 1', 'r x [1], a x 2', 'r x [1], a x 3', 'r x [1 2 3]'],
    finds: snapshotUp({ 'lost-update': 1 }),
  },
  {
    from: 'Berenson 1995, H4, and nobody reads it afterwards',
    history: ['r x [], a x 2', 'r x [], a x 3'],
    finds: snapshotUp({ 'lost-update': 1 }),
  },
  {
    from: 'Berenson 1995, A5A: read skew (G-single)',
    history: ['a x 1, a y 1', 'a x 2, a y 2', 'r x [1], r y [1 2]', 'r x [1 2]'],
    finds: snapshotUp({ 'G-single': 1 }),
  },
  {
    from: 'Berenson 1995, H2: inconsistent analysis: a sum of which one part is read too early (G-single)',
    history: ['a x 1, a y 1', 'r x [], r y [1]', 'r x [1]'],
    finds: snapshotUp({ 'G-single': 1 }),
  },
  {
    from: 'Berenson 1995, H5: write skew, which snapshot isolation allows (G2-item)',
    history: ['r x [], r y [], a x 1', 'r x [], r y [], a y 1', 'r x [1], r y [1]'],
    finds: { serializable: { 'G2-item': 1 } },
  },
  {
    from: 'Fekete, O’Neil, O’Neil 2004: a read-only transaction makes a snapshot history not serializable',
    history: ['r x [], r y [], a x 1', 'r y [], a y 1', 'r x [], r y [1]', 'r x [1], r y [1]'],
    finds: { serializable: { 'G2-item': 1 } },
  },
  {
    from: 'Jepsen, PostgreSQL 12.3 (2020), as redrawn by L. Hochstein: serializable allowed it around an insertion (G2-item)',
    history: ['a x 2, r y []', 'r x [], a y 4, a y 5, r y [4 5]', 'r x [2], r y [4 5]'],
    finds: { serializable: { 'G2-item': 1 } },
  },
  {
    from: 'K. Kingsbury to the developers of PostgreSQL on 18.4: two inserts under serializable that miss each other (G2-item)',
    history: ['a x 3, r y []', 'a y 2, r x [], r y [2]'],
    finds: { serializable: { 'G2-item': 1 } },
  },
  {
    from: 'Jepsen, Amazon RDS for PostgreSQL 17.4 (2025): replicas show two writes in opposite orders (long fork)',
    history: ['a x 1', 'a y 1', 'r x [1], r y []', 'r x [], r y [1]', 'r x [1], r y [1]'],
    finds: snapshotUp({ 'long-fork': 1 }),
  },
  {
    from: 'Elle (VLDB 2020), the first example: T3 misses T1’s append, and T2, which saw it, comes before T3 (G-single)',
    history: [
      'a x 1, a x 3, a x 4, a y 2, a y 3, a y 4, a y 5, a z 1, a z 2',
      'a y 8, r x [1 3 4]',
      'a z 4, r y [2 3 4 5 8], r z [1 2 4], r x [1 3 4]',
      'a w 10, r x [1 3 4], r y [2 3 4 5], a z 3',
    ],
    finds: snapshotUp({ 'G-single': 1 }),
  },
  {
    from: 'Elle (VLDB 2020): orders of one list that contradict each other',
    history: ['a x 1', 'a x 2', 'r x [1 2]', 'r x [2 1]'],
    finds: every({ 'incompatible-order': 1 }),
  },
  {
    from: 'Elle (VLDB 2020): a transaction that does not find its own append (internal)',
    history: ['a x 1', 'r x [1], a x 2, r x [1]', 'r x [1 2]'],
    finds: every({ internal: 1 }),
  },
  {
    from: 'Berenson 1995, P2: a read that cannot be repeated, which read committed allows (internal)',
    history: ['r x [], r x [1]', 'a x 1'],
    finds: snapshotUp({ internal: 1, 'G-single': 1 }),
  },
  {
    from: 'Elle (VLDB 2020): elements that come twice, or from nowhere',
    history: ['a x 1', 'r x [1 1]', 'r y [7]'],
    finds: every({ 'duplicate-elements': 1, 'garbage-read': 1 }),
  },
  {
    from: 'Cerone, Gotsman 2018: two anti-dependencies apart, in a cycle that is not a fork (G-nonadjacent)',
    history: ['a x 1', 'a x 2, r y []', 'a y 1', 'r y [1], r x []', 'r x [1 2], r y [1]'],
    finds: snapshotUp({ 'G-nonadjacent': 1 }),
  },
  {
    from: 'the same with adjacent ones alone, which snapshot isolation allows (G2-item)',
    history: ['r x [], a z 1', 'a x 1, r y []', 'a y 1, r z []', 'r x [1], r y [1], r z [1]'],
    finds: { serializable: { 'G2-item': 1 } },
  },
];

describe('isolation anomalies from the literature', () => {
  for (const { from, history, finds } of cases)
    it(from, () => {
      const found = isolationLevels.map((level) => [level, judged(historyOf(history), level).counts]);
      expect(Object.fromEntries(found)).to.deep.equal(
        Object.fromEntries(isolationLevels.map((level) => [level, finds[level] ?? {}])),
      );
    });
});
