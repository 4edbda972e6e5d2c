/** Transactions are collected into the batches of the journal here. */

import { type TransactionOutcome, transactionOutcomes } from '../../isolation/history.ts';
import type { Draft } from '../../journal/event.ts';
import { Texts } from '../writers/batch.ts';

export type DoneOperation =
  | { readonly key: number; readonly append: number }
  /** Undefined: the read was not answered. */
  | { readonly key: number; readonly read: readonly number[] | undefined };

/** A transaction whose outcome is known. Times are µs on the run's clock. */
export interface TransactionRow {
  readonly client: number;
  readonly path: string;
  readonly startUs: number;
  readonly doneUs: number;
  readonly outcome: TransactionOutcome;
  readonly error: string | undefined;
  readonly operations: readonly DoneOperation[];
}

export function transactionDraft(rows: readonly TransactionRow[], tUs: number): Draft<'txn'> {
  const [paths, errors] = [new Texts(), new Texts()];
  const baseUs = rows[0]!.startUs;
  const operations = rows.flatMap((row) => row.operations);
  return {
    kind: 'txn',
    tUs,
    n: rows.length,
    baseUs,
    client: rows.map((row) => row.client),
    path: rows.map((row) => paths.index(row.path)),
    paths: paths.list,
    start: rows.map((row) => row.startUs - baseUs),
    took: rows.map((row) => row.doneUs - row.startUs),
    outcome: rows.map((row) => transactionOutcomes.indexOf(row.outcome)),
    error: rows.map((row) => errors.index(row.error)),
    errors: errors.list,
    operations: rows.map((row) => row.operations.length),
    key: operations.map(({ key }) => key),
    append: operations.map((operation) => ('append' in operation ? operation.append : -1)),
    length: operations.map((operation) => ('append' in operation ? 0 : (operation.read?.length ?? -1))),
    elements: operations.flatMap((operation) => ('append' in operation ? [] : [...(operation.read ?? [])])),
  };
}
