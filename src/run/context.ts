/** What the verbs of a drill work with. */
import type { Capability } from '../faults/target.ts';
import type { Tracker } from '../load/probes/tracker.ts';
import type { UndoStore } from '../safety/undo.ts';
import type { OpenStack } from '../stacks/stack.ts';
import type { Recorder } from './recorder.ts';
import type { ReplicationProbe } from './replication.ts';
export interface DrillContext {
  readonly stack: OpenStack;
  /** Of the run. */
  readonly folder: string;
  readonly recorder: Recorder;
  readonly tracker: Tracker;
  readonly replication: ReplicationProbe;
  readonly undos: UndoStore;
  /** The capabilities that the scenario names, and no other fault is injected. */
  readonly needs: readonly Capability[];
  readonly signal: AbortSignal;
  /** Client programs take part. */
  readonly withClients?: boolean;
  /** No `hold` lasts longer, ms. */
  readonly holdAtMostMs?: number | undefined;
  /** Shows the user what is happening now. */
  readonly step: (text: string) => void;
}
