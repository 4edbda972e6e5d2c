/** What the transactions of the workload list-append show of the isolation that was asked for. */
import { type IsolationVerdict, judgeIsolation } from '../../isolation/judge.ts';
import { type IsolationLevel, isolationLevels, levelOnStandby } from '../../isolation/levels.ts';
import type { EventOf } from '../../journal/event.ts';
import type { Run } from '../../journal/run.ts';
import { historyOf, ranOnReplicas, sequenceOf, type Where } from '../../journal/transactions/history.ts';
import { counted, exactly, unmeasurable } from '../measured.ts';
import { once } from '../once.ts';
import type { Measured } from '../verdict.ts';

const defaultLevel: IsolationLevel = 'serializable';

/** Undefined where the journal names one that PostgreSQL does not have. */
function levelOf({ header }: Run): IsolationLevel | undefined {
  const { isolation = defaultLevel } = header.load;
  return isolationLevels.find((level) => level === isolation);
}

/** The verdict on the run's transactions on the primary; undefined where it has none or declares no known level. */
export const isolationOf = once((run: Run): IsolationVerdict | undefined => {
  const level = levelOf(run);
  return level && run.transactions.length > 0 ? judgeIsolation(historyOf(run.transactions), level) : undefined;
});

/**
 * The verdict on all transactions, those that read on replicas included, by the level that a replica can give: at most
 * repeatable read. Undefined where none ran there.
 */
export const replicaIsolationOf = once((run: Run): IsolationVerdict | undefined => {
  const level = levelOf(run);
  if (!level || !ranOnReplicas(run.transactions)) return undefined;
  return judgeIsolation(historyOf(run.transactions, 'everywhere'), levelOnStandby(level));
});

/** Whether the scenario has transactions whose isolation is judged. */
export const hasWorkload = ({ header }: Run): boolean => header.load.workload !== undefined;

/** `isolationAnomalies`: anomalies that the declared isolation level rules out (docs/isolation.md). */
export function isolationAnomalies(run: Run): Measured {
  const metric = 'isolationAnomalies';
  if (!levelOf(run))
    return unmeasurable(
      metric,
      `the journal declares no level of PostgreSQL, but ${JSON.stringify(run.header.load.isolation)}`,
    );
  const verdict = isolationOf(run);
  if (!verdict) return unmeasurable(metric, 'no list-append transactions were run (load.workload)');
  return countOf(run, metric, verdict, 'primary');
}

/** `replicaAnomalies`: anomalies among the transactions on the primary and the reads on replicas together. */
export function replicaAnomalies(run: Run): Measured {
  const metric = 'replicaAnomalies';
  const verdict = replicaIsolationOf(run);
  if (!verdict)
    return unmeasurable(metric, 'no list-append transactions were run on replicas (load.replicaTransactionsPerSecond)');
  return countOf(run, metric, verdict, 'everywhere');
}

function countOf(
  run: Run,
  metric: 'isolationAnomalies' | 'replicaAnomalies',
  verdict: IsolationVerdict,
  where: Where,
): Measured {
  const { ok, failed, unknown } = verdict.transactions;
  const of = `${counted(ok, 'transaction')} committed under ${verdict.level}, ${failed} rolled back, ${unknown} unknown`;
  const kinds = Object.entries(verdict.counts).map(([name, count]) => `${count} × ${name}`);
  const anomalies = kinds.length > 0;
  if (!anomalies && verdict.lacks) return unmeasurable(metric, `${verdict.lacks} (${of})`);
  if (!anomalies && !hasLastRead(run.transactions))
    return unmeasurable(metric, `the last read of every list failed (${of})`);
  const total = Object.values(verdict.counts).reduce((sum, count) => sum + count, 0);
  const named = verdict.anomalies.flatMap(({ transactions }) => transactions);
  const evidence = named.flatMap((t) => sequenceOf(run.transactions, t, where) ?? []);
  return exactly(metric, total, evidence, anomalies ? `${kinds.join(', ')}: ${of}` : of);
}

/** The last transaction of a run reads every list: without it, appends that nobody read have no known order. */
function hasLastRead(batches: readonly EventOf<'txn'>[]): boolean {
  const { outcome, operations } = batches.at(-1)!;
  return outcome.at(-1) === 0 && operations.at(-1)! > 0;
}
