/** What a fault is aimed at, and the record that undoes it. Shared by scenarios, faults, stacks and runs. */

import type { FaultKind } from './index.ts';
export type StackKind = 'lab' | 'k3s' | 'cluster';

/**
 * The faults that it can inject; `backup`: it archives WAL, takes base backups and restores them; `schedule`: something
 * takes them by a schedule; `metrics`: it has exporters, which are scraped.
 */
export type Capability = FaultKind | 'backup' | 'schedule' | 'metrics';

/** A PostgreSQL server of the cluster. `address` is what `inet_server_addr()` says on it. */
export interface Instance {
  readonly kind: 'instance';
  readonly name: string;
  readonly host: string;
  readonly address: string;
}

/** What a fault can be aimed at. */
export type Target =
  | Instance
  | { readonly kind: 'pooler' | 'node' | 'operator' | 'store' | 'cluster'; readonly name: string };

/** How to undo a fault from another process. Written to disk before the fault; must be idempotent to carry out. */
export interface UndoRecord {
  readonly id: string;
  readonly stack: StackKind;
  /** Which running stack, so that another process finds it. */
  readonly stackId: string;
  readonly fault: FaultKind;
  readonly target: Target;
  /** What the stack needs to undo it: names of rules, process groups, hosts. */
  readonly how: Readonly<Record<string, unknown>>;
}
