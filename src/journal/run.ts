/** A run as measures and reports see it: the journal's lines, with the batches as columns. Made by `read.ts`. */

import type { Column } from './columns/narrow.ts';
import type { EventOf, Stream } from './event.ts';

/** Writes in the order they were journalled. Times are µs on the run's clock. */
export interface Ops {
  readonly n: number;
  readonly seq: Column;
  readonly worker: Column;
  readonly op: Column;
  /** The op of the first attempt of the same request: `op` itself where it is the first. */
  readonly request: Column;
  readonly dueUs: Column;
  readonly lateUs: Column;
  /** When it was sent, µs after it was due; negative: never. */
  readonly sentAfterUs: Column;
  /** The same on the run’s clock, NaN for never: made when it is first read, so that loops over all rows do without. */
  readonly sentUs: Column;
  readonly doneUs: Column;
  /** Index into `outcomes`. */
  readonly outcome: Column;
  /** Index into `errors`, −1 for none. */
  readonly error: Column;
  readonly errors: readonly string[];
  readonly server: Column;
  readonly servers: readonly string[];
  readonly timeline: Column;
  readonly lsn: Column;
}

export interface Connects {
  readonly n: number;
  readonly seq: Column;
  readonly client: Column;
  readonly path: Column;
  readonly paths: readonly string[];
  readonly startUs: Column;
  readonly doneUs: Column;
  readonly outcome: Column;
  readonly error: Column;
  readonly errors: readonly string[];
}

/** The slots of one stream, in order. */
export interface Slots {
  readonly stream: Stream;
  readonly n: number;
  readonly seq: Column;
  readonly slot: Column;
  readonly dueUs: Column;
  /** NaN: never started. */
  readonly startUs: Column;
  readonly doneUs: Column;
  /** Index into `slotOutcomes`. */
  readonly outcome: Column;
  readonly error: Column;
  readonly errors: readonly string[];
  readonly server: Column;
  readonly servers: readonly string[];
  readonly saw: Column;
}

export interface Run {
  readonly header: EventOf<'run'>;
  readonly stack: EventOf<'stack'> | undefined;
  /** Instances that got another address later on. */
  readonly instances: readonly EventOf<'instance'>[];
  readonly prediction: EventOf<'prediction'> | undefined;
  readonly ops: Ops;
  readonly connects: Connects;
  readonly slots: ReadonlyMap<string, Slots>;
  readonly phases: readonly EventOf<'phase'>[];
  readonly roles: readonly EventOf<'role'>[];
  readonly faults: readonly EventOf<'fault'>[];
  readonly pools: readonly EventOf<'pool'>[];
  readonly poolLogs: readonly EventOf<'poollog'>[];
  /** What logs of instances say. Empty in journals from before version 0.2. */
  readonly logs: readonly EventOf<'log'>[];
  readonly activities: readonly EventOf<'activity'>[];
  readonly replicas: readonly EventOf<'replica'>[];
  readonly storages: readonly EventOf<'storage'>[];
  readonly ledgers: readonly EventOf<'ledger'>[];
  readonly marks: readonly EventOf<'mark'>[];
  readonly archives: readonly EventOf<'archive'>[];
  readonly archiveCalls: readonly EventOf<'archivecall'>[];
  readonly backups: readonly EventOf<'backup'>[];
  readonly restores: readonly EventOf<'restore'>[];
  readonly stores: readonly EventOf<'store'>[];
  readonly proofs: readonly EventOf<'proof'>[];
  readonly alerts: readonly EventOf<'alert'>[];
  readonly alertWatches: readonly EventOf<'alertwatch'>[];
  readonly residues: readonly EventOf<'residue'>[];
  readonly requests: readonly EventOf<'request'>[];
  /** Transactions of the workload list-append, in batches. */
  readonly transactions: readonly EventOf<'txn'>[];
  /** Writes of sessions that read them back on replicas, in batches. */
  readonly sessions: readonly EventOf<'session'>[];
  /** Client programs; their writes are in `ops`, under the worker numbers of `programOf`. */
  readonly clients: readonly EventOf<'client'>[];
  readonly clientPools: readonly EventOf<'clientpool'>[];
  readonly clientEnds: readonly EventOf<'clientend'>[];
  readonly afterwards: readonly EventOf<'afterwards'>[];
  readonly stalls: readonly EventOf<'stall'>[];
  readonly generators: readonly EventOf<'generator'>[];
  readonly metrics: readonly EventOf<'metric'>[];
  readonly notes: readonly EventOf<'note'>[];
  /** Missing where the run was cut off. */
  readonly end: EventOf<'end'> | undefined;
  /** The time of the last line, µs. */
  readonly lastUs: number;
  /** What was wrong with the file itself: a torn last line, a gap in the sequence. */
  readonly defects: readonly string[];
}
