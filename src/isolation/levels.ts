/**
 * The anomalies that the check knows, and those that each isolation level of PostgreSQL rules out.
 *
 * Sources, cited below by these letters:
 * - [A] A. Adya, "Weak Consistency: A Generalized Theory and Optimistic Implementations for Distributed Transactions",
 *   PhD thesis, MIT, 1999, chapters 3 and 4: G0, G1a, G1b, G1c, G-single, G2-item.
 * - [B] H. Berenson et al., "A Critique of ANSI SQL Isolation Levels", SIGMOD 1995: P4, the lost update.
 * - [C] A. Cerone, A. Gotsman, "Analysing Snapshot Isolation", JACM 65(2), 2018: a history is allowed under snapshot
 *   isolation exactly if each transaction is consistent in itself (INT) and every cycle of its dependencies has two
 *   adjacent anti-dependencies.
 * - [K] K. Kingsbury, P. Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations", VLDB 14(3), 2020:
 *   version orders from reads of lists, and the treatment of unknown outcomes.
 */

/** Levels by PostgreSQL's names. Its repeatable read is snapshot isolation; read uncommitted is read committed. */
export const isolationLevels = ['read committed', 'repeatable read', 'serializable'] as const;
export type IsolationLevel = (typeof isolationLevels)[number];

interface Definition {
  /** The weakest level that rules the anomaly out. */
  readonly from: IsolationLevel;
  readonly means: string;
}

/** From the gravest on: what breaks the record itself, what breaks read committed, snapshot isolation, serializability. */
const anomalies = {
  'duplicate-elements': {
    from: 'read committed',
    means: 'a list holds an element twice that was appended once',
  },
  'garbage-read': {
    from: 'read committed',
    means: 'a transaction read an element that no transaction appended',
  },
  'incompatible-order': {
    from: 'read committed',
    means: 'two committed transactions read lists of one key of which neither is a prefix of the other [K]',
  },
  internal: {
    from: 'read committed',
    means: 'a transaction read something that contradicts what it had appended or read itself [C: INT]',
  },
  G1a: {
    from: 'read committed',
    means: 'aborted read: a committed transaction read what a rolled back transaction had appended [A]',
  },
  G1b: {
    from: 'read committed',
    means: 'intermediate read: a transaction read a version that its writer had not finished [A]',
  },
  G0: { from: 'read committed', means: 'dirty write: a cycle of write dependencies alone (ww) [A]' },
  G1c: {
    from: 'read committed',
    means: 'circular information flow: a cycle of write and read dependencies (ww, wr) [A]',
  },
  'lost-update': {
    from: 'repeatable read',
    means: 'two transactions read the same version of a key, and both changed it [B: P4]',
  },
  'G-single': {
    from: 'repeatable read',
    means: 'read skew: a cycle with exactly one anti-dependency (rw) [A]',
  },
  'long-fork': {
    from: 'repeatable read',
    means: 'two transactions saw two independent writes in opposite orders: wr, rw, wr, rw [C]',
  },
  'G-nonadjacent': {
    from: 'repeatable read',
    means: 'a cycle with several anti-dependencies (rw) of which no two are adjacent [C]',
  },
  'G2-item': {
    from: 'serializable',
    means: 'write skew: a cycle with adjacent anti-dependencies (rw), which snapshot isolation allows [A]',
  },
} as const satisfies Record<string, Definition>;
export type AnomalyName = keyof typeof anomalies;
export const anomalyNames = Object.keys(anomalies) as readonly AnomalyName[];

/** Whether a database that promises `level` must never show `anomaly`. */
export const rulesOut = (level: IsolationLevel, anomaly: AnomalyName): boolean =>
  isolationLevels.indexOf(level) >= isolationLevels.indexOf(anomalies[anomaly].from);
export const meaningOf = (anomaly: AnomalyName): string => anomalies[anomaly].means;
