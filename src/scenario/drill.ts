/** What a drill can do. */
import type { Duration } from '../duration.ts';
import type { Instance, TargetOfKind } from '../faults/aim.ts';
import type { FaultKind, ParameterArgument, ParametersOf, TargetOf } from '../faults/index.ts';

export interface Within {
  readonly within: Duration;
}

/** The verbs of a drill. Each is awaited: one that is still at work when the drill returns ends the run. */
export interface Drill {
  /** Let the load run for a while. */
  hold(time: Duration, why?: string): Promise<void>;
  primary(): Promise<Instance>;
  /** A standby: the synchronous one where one exists, else the first. */
  standby(): Promise<Instance>;
  /** Every instance but the primary, whether it streams or not. */
  standbys(): Promise<readonly Instance[]>;
  instances(): Promise<readonly Instance[]>;
  poolers(): readonly TargetOfKind<'pooler'>[];
  /**
   * Break something; resolves once the fault is proved effective. `for` makes its end a part of the incident: it ends
   * then, unaided, and `{ for, every, times }` bring it back.
   */
  inject<F extends FaultKind>(
    fault: F,
    target: TargetOf<F>,
    ...parameters: ParameterArgument<F>
  ): Promise<InjectedFault>;
  /**
   * Break something by commands of your own, run as the administrator of an instance's host; `needs` names `disturb`. It
   * is journalled, measured and healed as any other fault.
   */
  disturb(what: Disturbance): Promise<InjectedFault>;
  /**
   * Ask one instance, by a way that faults do not cut where there is one: as a superuser, and on an existing cluster as the
   * role of the load, since tables and functions of others are in the database. The statement is journalled, its rows are not. @throws SetupError where the instance cannot be asked, or refuses the statement
   */
  sql(instance: Instance, statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /**
   * Until clients write again through every pooler and directly, for 10 s. What does not come in time, here and below, is
   * journalled, with the stack's logs of that moment in the run's folder; the drill goes on.
   */
  recovered(options: Within): Promise<void>;
  /** Until the HA manager calls another instance the primary. What clients can do from then on is what `recovered` waits for. */
  replaced(instance: Instance, options: Within): Promise<void>;
  /**
   * Until every instance streams from the primary again; with `replayed`, until every standby has also replayed all that the
   * primary had written when the wait began.
   */
  settled(options: Within & { readonly replayed?: boolean }): Promise<void>;
  /** Take a base backup into the object store, or wait for the first that a schedule orders. One that fails is journalled with its cause; the drill goes on. */
  backup(options: Within & { readonly schedule?: string }): Promise<void>;
  /** Journal when the first backup by this schedule would be, as the scheduler of the stack reads it. */
  readSchedule(schedule: string): Promise<void>;
  /** Remember this moment by the primary's clock, to restore to it later. */
  mark(name: string): Promise<Mark>;
  /** Until everything that was written so far is in the archive. */
  archived(options: Within): Promise<void>;
  /** Restore into a new instance that cannot write back, look at all that it holds, and throw it away. */
  restore(to: Mark | 'latest', options: Within): Promise<void>;
  /** A remark for the journal and the report. */
  note(text: string): void;
}

/** A fault of the scenario's own. */
export type Disturbance = ParametersOf<'disturb'> & { readonly target: Instance };

/** Verbs that answer at once: nothing to await. */
export const immediateVerbs: ReadonlySet<string> = new Set<keyof Drill>(['poolers', 'note']);

/** A moment to restore to: everything committed up to it. */
export interface Mark {
  readonly name: string;
  /** By the clock of the primary of that moment, ISO 8601 to the µs. */
  readonly serverTime: string;
}

export interface InjectedFault {
  /** Ends it now, and for good. */
  heal(): Promise<void>;
  /** Until it has ended at its time, the last time where it comes back. @throws SetupError where it was given no length */
  ended(): Promise<void>;
}
