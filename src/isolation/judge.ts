/** Judges a history of list-append transactions by an isolation level. */
import { checkCycles } from './cycles.ts';
import { type Anomaly, Findings } from './finding.ts';
import { operation, type Recorded, transactionOutcomes } from './history.ts';
import { checkWithin } from './internal.ts';
import type { AnomalyName, IsolationLevel } from './levels.ts';
import { written } from './lists.ts';
import { checkReads } from './reads.ts';
import { type History, resolveVersions } from './versions.ts';

export interface IsolationVerdict {
  readonly level: IsolationLevel;
  readonly transactions: { readonly ok: number; readonly failed: number; readonly unknown: number };
  /** How many anomalies of each kind the level rules out and the history shows; kinds without any are absent. */
  readonly counts: Readonly<Partial<Record<AnomalyName, number>>>;
  /** Those that are kept as evidence, the gravest first. */
  readonly anomalies: readonly Anomaly[];
  /** What the transactions of these anomalies did, by their number. */
  readonly lines: Readonly<Record<number, string>>;
  /** What the history lacks for a verdict; absent where it has enough. Anomalies that were found stand all the same. */
  readonly lacks?: string;
}

/**
 * Finds the anomalies that `level` rules out. Sound: each anomaly found is one. Complete as far as the reads order the
 * versions: of appends that nobody read only that they come last is known, so let a history end with a read of every key.
 *
 * @param recorded from `HistoryRecorder.take`; is used up
 * @throws UsageError where an element was appended to one key twice
 */
export function judgeIsolation(recorded: Recorded, level: IsolationLevel): IsolationVerdict {
  const history = resolveVersions(recorded);
  const found = new Findings();
  checkReads(history, found);
  const lostUpdates = checkWithin(history, level, found);
  checkCycles(history, level, found, lostUpdates);
  const named = [...new Set(found.kept.flatMap(({ transactions }) => transactions))];
  const lacks = lackOf(history);
  return {
    level,
    transactions: outcomesOf(history),
    counts: found.counts,
    anomalies: found.kept,
    lines: Object.fromEntries(named.map((t) => [t, written(history, t)])),
    ...(lacks === undefined ? {} : { lacks }),
  };
}

function outcomesOf({ outcome }: History): IsolationVerdict['transactions'] {
  const counts = [0, 0, 0];
  for (let t = 0; t < outcome.length; t++) counts[outcome[t]!]!++;
  const [ok, failed, unknown] = counts as [number, number, number];
  return { ok, failed, unknown };
}

/** A history in which no transaction saw another one's doing agrees with every level. */
function lackOf({ outcome, kind, firstOp, at, writer, n }: History): string | undefined {
  for (let t = 0; t < n; t++)
    for (let op = firstOp[t]!; op < firstOp[t + 1]!; op++)
      if (kind[op] === operation.read && writer[at[op]!]! >= 0 && writer[at[op]!] !== t) return undefined;
  return outcome.includes(transactionOutcomes.indexOf('ok'))
    ? 'no committed transaction read what another one had appended'
    : 'no transaction committed';
}
