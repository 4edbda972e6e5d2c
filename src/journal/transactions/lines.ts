/** Transactions of the workload list-append: what each appended and read, and what became of it. */
import { z } from 'zod';
import { column, count, line, us } from '../line.ts';

/**
 * A batch of `n` transactions; it takes `n` sequence numbers. The operations of all of them follow each other in the
 * columns from `key` on, `operations` of them a transaction.
 */
export const transactionLine = line('txn', {
  n: count,
  baseUs: us,
  client: column,
  /** Index into `paths` (`pooler-1`, `direct`). */
  path: column,
  paths: z.array(z.string()),
  /** When `begin` was sent, relative to `baseUs`; when the outcome was known, relative to `start`. */
  start: column,
  took: column,
  /** Index into `transactionOutcomes`: ok, failed, unknown. */
  outcome: column,
  /** Index into `errors`, −1 for none. */
  error: column,
  errors: z.array(z.string()),
  /** How many operations the transaction has. */
  operations: column,
  key: column,
  /** Of an append its element, −1 for a read. */
  append: column,
  /** Of a read how many elements the list had, −1 where that is not known; 0 of an append. */
  length: column,
  /** The lists of all reads, one after the other. */
  elements: column,
});
