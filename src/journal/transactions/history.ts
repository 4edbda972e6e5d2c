/** Batches of transactions: whether they agree with themselves, and the history that they hold. */
import { HistoryRecorder, type Recorded, transactionOutcomes } from '../../isolation/history.ts';
import { any, batchProblem, natural, type Range, rangeOf, refuse } from '../columns/table.ts';
import type { EventOf } from '../event.ts';

type Batch = EventOf<'txn'>;
const sum = (column: readonly number[]): number => column.reduce((total, value) => total + Math.max(0, value), 0);

/**
 * @returns when the first and the last of its transactions were done, µs
 * @throws Error in plain words where the columns contradict each other
 */
export function checkedTransactions(batch: Batch): Range {
  const { operations, key, append, length, elements, baseUs, start, took } = batch;
  refuse(
    batchProblem(batch, {
      ...{ client: natural, start: any, took: natural, operations: natural },
      path: [0, batch.paths.length],
      outcome: [0, transactionOutcomes.length],
      error: [-1, batch.errors.length],
    }),
  );
  const ops = sum(operations);
  const flat = [-1, 2 ** 31] as const;
  refuse(
    batchProblem({ n: ops, key, append, length } as { n: number }, { key: [0, 2 ** 31], append: flat, length: flat }),
  );
  refuse(batchProblem({ n: sum(length), elements } as { n: number }, { elements: [0, 2 ** 31] }));
  return rangeOf(Float64Array.from(start, (at, t) => baseUs + at + took[t]!));
}

/** Which transactions of a journal a history has: those of the primary's ways, or those on replicas as well. */
export type Where = 'primary' | 'everywhere';

/** The path of transactions that run on replicas. */
const replicaPath = 'readonly';

export const ranOnReplicas = (batches: readonly Batch[]): boolean =>
  batches.some(({ paths, path }) => path.some((row) => paths[row] === replicaPath));

/** The rows of a batch that belong to the history, in their order. */
function rowsOf({ n, path, paths }: Batch, where: Where): number[] {
  const replicas = where === 'everywhere' ? -1 : paths.indexOf(replicaPath);
  const rows = Array.from({ length: n }, (_, row) => row);
  return replicas < 0 ? rows : rows.filter((row) => path[row] !== replicas);
}

/** The transactions of all batches, numbered from 0 in the order of the journal. */
export function historyOf(batches: readonly Batch[], where: Where = 'primary'): Recorded {
  const recorder = new HistoryRecorder();
  for (const batch of batches) record(recorder, batch, new Set(rowsOf(batch, where)));
  return recorder.take();
}

function record(recorder: HistoryRecorder, batch: Batch, rows: ReadonlySet<number>): void {
  const { outcome, operations, key, append, length, elements } = batch;
  let [op, element] = [0, 0];
  outcome.forEach((code, t) => {
    const belongs = rows.has(t);
    if (belongs) recorder.begin(transactionOutcomes[code]!);
    for (const end = op + operations[t]!; op < end; op++) {
      const read = length[op]!;
      if (belongs && append[op]! >= 0) recorder.append(key[op]!, append[op]!);
      else if (belongs) recorder.read(key[op]!, read < 0 ? undefined : elements, element, element + read);
      element += Math.max(0, read);
    }
  });
}

/** The sequence number of transaction t of `historyOf`. */
export function sequenceOf(batches: readonly Batch[], t: number, where: Where = 'primary'): number | undefined {
  let first = 0;
  for (const batch of batches) {
    const rows = rowsOf(batch, where);
    if (t < first + rows.length) return batch.seq + rows[t - first]!;
    first += rows.length;
  }
  return undefined;
}
