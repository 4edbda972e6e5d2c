/** What every fault of CloudNativePG is: one file each, and one line in a registry. */

import { UsageError } from '../../../errors.ts';
import type { PreparedFault } from '../../../faults/contract.ts';
import type { Target, UndoRecord } from '../../../faults/target.ts';
import type { ClusterAt } from './at.ts';

/** @typeParam Context what a fault needs of the stack, also from another process */
export interface Fault<Context> {
  /** Looks at what is to be broken, and breaks nothing yet. @throws UsageError for a target that it cannot break */
  prepare(context: Context, target: Target): Promise<PreparedFault>;
  /**
   * Undoes it, from whatever process, and proves that it is undone; does nothing where it is undone already.
   * Resolves to the proof in words. @throws SetupError where it cannot be proved
   */
  heal(context: Context, how: UndoRecord['how']): Promise<string>;
}

/** A fault that needs nothing but the API. */
export type ApiFault = Fault<ClusterAt>;

/** A word that an undo record must hold. @throws UsageError where it does not */
export function word(how: UndoRecord['how'], name: string): string {
  const value = how[name];
  if (typeof value !== 'string') throw new UsageError(`the undo record should name ${name}, but does not`);
  return value;
}
