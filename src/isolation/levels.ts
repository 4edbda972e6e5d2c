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
    // [K]
    means: 'two committed transactions read lists of one key of which neither is a prefix of the other',
  },
  internal: {
    from: 'read committed',
    // [C: INT]
    means: 'a transaction read something that contradicts what it had appended or read itself',
  },
  G1a: {
    from: 'read committed',
    // [A]
    means: 'aborted read: a committed transaction read what a rolled back transaction had appended',
  },
  G1b: {
    from: 'read committed',
    // [A]
    means: 'intermediate read: a transaction read a version that its writer had not finished',
  },
  // [A]
  G0: { from: 'read committed', means: 'dirty write: a cycle of write dependencies alone (ww)' },
  G1c: {
    from: 'read committed',
    // [A]
    means: 'circular information flow: a cycle of write and read dependencies (ww, wr)',
  },
  'lost-update': {
    from: 'repeatable read',
    // [B: P4]
    means: 'two transactions read the same version of a key, and both changed it',
  },
  'G-single': {
    from: 'repeatable read',
    // [A]
    means: 'read skew: a cycle with exactly one anti-dependency (rw)',
  },
  'long-fork': {
    from: 'repeatable read',
    // [C]
    means: 'two transactions saw two independent writes in opposite orders: wr, rw, wr, rw',
  },
  'G-nonadjacent': {
    from: 'repeatable read',
    // [C]
    means: 'a cycle with several anti-dependencies (rw) of which no two are adjacent',
  },
  'G2-item': {
    from: 'serializable',
    // [A]
    means: 'write skew: a cycle with adjacent anti-dependencies (rw), which snapshot isolation allows',
  },
} as const satisfies Record<string, Definition>;
export type AnomalyName = keyof typeof anomalies;
export const anomalyNames = Object.keys(anomalies) as readonly AnomalyName[];

/** Whether a database that promises `level` must never show `anomaly`. */
export const rulesOut = (level: IsolationLevel, anomaly: AnomalyName): boolean =>
  isolationLevels.indexOf(level) >= isolationLevels.indexOf(anomalies[anomaly].from);
/** What a hot standby gives to a transaction that asks for `level`: it has no serializable (PostgreSQL manual, 26.4.1). */
export const levelOnStandby = (level: IsolationLevel): IsolationLevel =>
  level === 'serializable' ? 'repeatable read' : level;
export const meaningOf = (anomaly: AnomalyName): string => anomalies[anomaly].means;
