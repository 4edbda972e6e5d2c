/** Transactions of the workload list-append: what each appended and read, and what became of it. */
import { attemptShape, column, line } from '../line.ts';

/**
 * A batch of `n` transactions; it takes `n` sequence numbers. The operations of all of them follow each other in the
 * columns from `key` on, `operations` of them a transaction.
 */
export const transactionLine = line('txn', {
  /** It began when `begin` was sent; outcomes are `transactionOutcomes`: ok, failed, unknown. */
  ...attemptShape,
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
