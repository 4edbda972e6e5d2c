/** What every fault of CloudNativePG is: one file each, and one line in a registry. */
import { UsageError } from '../../../errors.ts';
import type { Fault } from '../../../faults/contract.ts';
import type { UndoRecord } from '../../../faults/target.ts';
import type { ClusterAt } from './at.ts';

/** A fault that needs nothing but the API. */
export type ApiFault = Fault<ClusterAt>;

/** A word that an undo record must hold. @throws UsageError where it does not */
export function word(how: UndoRecord['how'], name: string): string {
  const value = how[name];
  if (typeof value !== 'string') throw new UsageError(`the undo record should name ${name}, but does not`);
  return value;
}
