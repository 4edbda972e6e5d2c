/** Transactions are collected into the batches of the journal here. */

import { type TransactionOutcome, transactionOutcomes } from '../../isolation/history.ts';
import type { Draft } from '../../journal/event.ts';
import { type AttemptRow, attemptColumns } from '../writers/batch.ts';

export type DoneOperation =
  | { readonly key: number; readonly append: number }
  /** Undefined: the read was not answered. */
  | { readonly key: number; readonly read: readonly number[] | undefined };

/** A transaction whose outcome is known. Times are µs on the run's clock. */
export interface TransactionRow extends AttemptRow<TransactionOutcome> {
  readonly operations: readonly DoneOperation[];
}

export function transactionDraft(rows: readonly TransactionRow[], tUs: number): Draft<'txn'> {
  const operations = rows.flatMap((row) => row.operations);
  return {
    kind: 'txn',
    tUs,
    ...attemptColumns(rows, transactionOutcomes),
    operations: rows.map((row) => row.operations.length),
    key: operations.map(({ key }) => key),
    append: operations.map((operation) => ('append' in operation ? operation.append : -1)),
    length: operations.map((operation) => ('append' in operation ? 0 : (operation.read?.length ?? -1))),
    elements: operations.flatMap((operation) => ('append' in operation ? [] : [...(operation.read ?? [])])),
  };
}
