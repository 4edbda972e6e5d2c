/** What every fault of the lab is: one file each, and one line in `faults/index.ts`. */
import type { PreparedFault } from '../../../faults/contract.ts';
import type { Target, UndoRecord } from '../../../faults/target.ts';
import type { Lab } from '../lab.ts';
import type { LabState } from '../state.ts';

export interface LabFault {
  /** Looks at what is to be broken, and breaks nothing yet. @throws UsageError for a target that it cannot break */
  prepare(lab: Lab, target: Target): Promise<PreparedFault>;
  /**
   * Undoes it, from whatever process, and proves that it is undone; does nothing where it is undone already.
   * Resolves to the proof in words. @throws SetupError where it cannot be proved
   */
  heal(state: LabState, how: UndoRecord['how']): Promise<string>;
}
