/** What a stack can break, and the record that undoes it. Shared by scenarios, stacks and runs. */
import type { How, StackKind, Target } from './aim.ts';
import type { FaultKind } from './index.ts';

export type { Instance, StackKind, Target } from './aim.ts';

/**
 * The faults that it can inject; `backup`: it archives WAL, takes base backups and restores them; `schedule`: something
 * takes them by a schedule; `restore`: it restores backups that others take; `metrics`: it has exporters, which are
 * scraped.
 */
export type Capability = FaultKind | 'backup' | 'schedule' | 'restore' | 'metrics';

/** How to undo a fault from another process. Written to disk before the fault; must be idempotent to carry out. */
export interface UndoRecord {
  readonly id: string;
  readonly stack: StackKind;
  /** Which running stack, so that another process finds it. */
  readonly stackId: string;
  readonly fault: FaultKind;
  readonly target: Target;
  /** What the stack needs to undo it: names of rules, process groups, hosts. */
  readonly how: How;
}
