/** What a stack must do so that scenarios, measures and reports need not know where they run. */

import type { Client } from 'pg';
import type { Account } from '../faults/contract.ts';
import type { FaultKind } from '../faults/index.ts';
import type { Capability, Instance, StackKind, Target, UndoRecord } from '../faults/target.ts';
import type { Draft, EventKind, EventOf, Stream } from '../journal/event.ts';
import type { Endpoint } from '../load/endpoint.ts';
import type { LoadGenerator } from '../load/process/share.ts';
import type { Topology } from '../scenario/topology.ts';
import type { Knobs } from '../settings/setting.ts';
import type { Timer } from '../settings/timer.ts';
import type { Backups } from './backups.ts';

/** What was found once the stack was open: the `stack` line less what the run adds. */
export type StackFacts = Pick<EventOf<'stack'>, 'versions' | 'settings' | 'poolers' | 'shared' | 'manifests'> & {
  readonly path: string;
};

/** What a fault is given beside its target. */
export type Parameters = Readonly<Record<string, unknown>>;

export interface ActiveFault {
  /** Everything was made ready, and nothing was broken. */
  readonly dry?: true;
  /** Clock readings around the call that broke it, and around its proof, in ns of `process.hrtime.bigint()`. */
  readonly injected: { readonly beforeNs: bigint; readonly afterNs: bigint };
  readonly effective: { readonly beforeNs: bigint; readonly afterNs: bigint };
  /** What was seen, in words: `11 processes gone, 198.18.0.21:5432 refuses`. */
  readonly proof: string;
  /**
   * What the system itself says that it did and when, once it is healed. Where this exists, the fields above say only that
   * it was ordered. @throws SetupError where it did not take effect
   */
  account?(): Promise<Account>;
  /** What its own description says of it, beside the parameters that it was given. */
  readonly described?: Readonly<Record<string, string>>;
  /** Where its own description decides how long it lasts, ms: its end is a part of the incident. */
  readonly lastsMs?: number;
  /** Undoes it and proves that it is undone; a second call does nothing. Resolves to the proof in words. */
  heal(): Promise<string>;
}

type Timeless<K extends EventKind> = Omit<Draft<K>, 'tUs'>;
/** `fromNs`, `untilNs`: each second, on the clock of `process.hrtime.bigint()`. */
export interface LogCut {
  readonly source: string;
  readonly seconds: readonly {
    readonly fromNs: bigint;
    readonly untilNs: bigint;
    readonly least: number;
    readonly most: number;
  }[];
}
/** What a stack reports while it runs; the run gives it its time and number. */
export type Seen =
  | Timeless<'pool'>
  /** `loggedNs`: when the first was logged, on the clock of `process.hrtime.bigint()`. */
  | (Omit<Timeless<'poollog'>, 'atUs'> & { readonly loggedNs: bigint })
  | (Omit<Timeless<'log'>, 'atUs' | 'untilUs'> & { readonly loggedNs: bigint; readonly untilNs: bigint })
  /** `fromNs`, `untilNs`: when it began and ended, on the same clock. */
  | (Omit<Timeless<'archivecall'>, 'fromUs' | 'untilUs'> & { readonly fromNs: bigint; readonly untilNs: bigint })
  | (Omit<Timeless<'note'>, 'logCut'> & { readonly logCut?: LogCut })
  | Timeless<'instance'>
  | Timeless<'metric'>
  | Timeless<'alert'>
  | Timeless<'alertwatch'>
  /** `afterNs`: the last look before, by `process.hrtime.bigint()`, where the observer polls. */
  | (Omit<Timeless<'role'>, 'afterUs'> & { readonly afterNs?: bigint });

/** How far the stack is with opening, for the user to see. */
export type Progress = (step: string) => void;

export interface OpenOptions {
  readonly topology: Topology;
  /** Runs' own folder: logs of the stack, `undo/`. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** The drill injects no fault. */
  readonly withoutFault?: boolean;
  /** The stack belongs to no process: it stays until it is removed by its id (`pgdrill up` and `down`). */
  readonly keep?: boolean;
}

export interface Stack {
  readonly kind: StackKind;
  readonly capabilities: ReadonlySet<Capability>;
  /** Undefined where it can run here; otherwise one sentence saying what is missing and what to do. */
  unavailable(): Promise<string | undefined>;
  /** Settings that `--with` may change here: the values that each takes, and what it does. */
  readonly settings: Knobs;
  /** Those of them that may decide how long an outage lasts. */
  readonly timers?: readonly Timer[];
  /** The settings that a topology asks for, named as in `StackFacts.settings`: what `pgdrill plan` predicts from. */
  planned(topology: Topology): Readonly<Record<string, string>>;
  /** For an existing system: its topology, in place of the scenario's. */
  adopt?(topology: Topology): Promise<Topology>;
  /** Why a fault of its `capabilities` cannot be done here and now; undefined where it can. */
  lacks?(fault: FaultKind): Promise<string | undefined>;
  open(options: OpenOptions): Promise<OpenStack>;
  /** Another process's stack that was opened with `keep`. @throws UsageError where no such stack is kept */
  reopen?(stackId: string): Promise<{ readonly open: OpenStack; readonly topology: Topology }>;
  /**
   * Digest of what it stands up that `configure` cannot change. Two stacks with the same one can take turns on a running
   * one; absent where there is only one way to stand it up.
   */
  readonly fixed?: string;
  /** Carries out an undo from another process. Does nothing where there is nothing left to undo. */
  heal(undo: UndoRecord): Promise<string>;
  /** Ids of stacks opened with `keep`. */
  kept(): Promise<string[]>;
  /** Ids of stacks whose harness has died. */
  abandoned(): Promise<string[]>;
  /** Removes whatever a stack of this id left (a dead harness's namespaces, processes, folders, containers). */
  remove(stackId: string): Promise<void>;
  /** What of a stack of this id, or of any without one, is still there on this machine, a thing an entry. */
  residue(stackId?: string): Promise<{ checked: string[]; found: string[]; unseen?: string[] }>;
}

/** One thing of what a drill leaves a system like: `primary`: `postgres-2 on node-b; it was postgres-1 on node-a`. */
export interface Remark {
  readonly name: string;
  readonly text: string;
}

export interface OpenStack extends AsyncDisposable {
  readonly id: string;
  readonly facts: StackFacts;
  /** `direct`, `readonly`, and one for each pooler. */
  endpoints(): readonly Endpoint[];
  /** Streams of probes that make sense here, beside the standard ones: none by default. */
  readonly streams?: readonly Stream[];
  /** An instance’s own address, as the load’s user sees it; absent where clients cannot reach one. */
  endpointOf?(instance: Instance): Endpoint;
  /** Where the load's writers run instead of where the other clients live; absent: there. */
  readonly generators?: readonly LoadGenerator[];
  /** Between two slots of a stream, where the usual 10 ms would ask too much of what it runs on. */
  readonly probeEveryMs?: number;
  /** The command that runs `argv` where the clients live. */
  clientArgv(argv: readonly string[]): readonly string[];
  instances(): Promise<readonly Instance[]>;
  /** The instance that the HA manager calls the primary. @throws SetupError if there is none */
  primary(): Promise<Instance>;
  /** A superuser's (or owner's) connection to one instance, by a way that faults do not cut where there is one. */
  connect(instance: Instance): Promise<Client>;
  /**
   * A session of the load's own user at one instance, which the user logged in to: no statement in it returns to more rights.
   * Absent where the stack belongs to the harness, whose superuser may become that user.
   */
  connectAsLoad?(instance: Instance): Promise<Client>;
  /** The same as `connect`, to another database of it. Absent where a restore's roles, databases and extensions are compared with those at the backup. */
  connectTo?(instance: Instance, database: string): Promise<Client>;
  /** Starts watching roles, pools and logs; what is seen goes to the sink until it is disposed of. */
  observe(sink: (seen: Seen, atNs: bigint) => void): Promise<AsyncDisposable>;
  /**
   * Breaks something. Calls `recordUndo` with what heals it and waits for it before anything is broken.
   * Resolves once the fault is proved effective. @param parameters the fault's own, with their defaults
   * @throws SetupError if it cannot be proved, after healing it
   */
  inject(
    fault: FaultKind,
    target: Target,
    recordUndo: (record: UndoRecord) => Promise<void>,
    parameters?: Parameters,
    /** How long it is to last, where that is decided: a system that nobody reaches meanwhile ends it unaided. */
    forMs?: number,
  ): Promise<ActiveFault>;
  /** There where the topology asks for archiving and the stack has the capability. */
  readonly backups?: Backups | undefined;
  /**
   * Changes settings (those of `Stack.settings`) while it runs, so that `facts` has the new ones; what is not named
   * gets the stack's own value. Absent where the stack has to be reopened for that.
   */
  configure?(settings: Topology['settings']): Promise<void>;
  /** Aborted, with a PgdrillError, where the stack itself wants the drill to end. */
  readonly stopped?: AbortSignal;
  /** What the drill leaves a system like that outlives it. */
  afterwards?(): Promise<readonly Remark[]>;
  /** Leftovers of faults inside the running stack: rules, stopped processes. `hosts`: those that were looked at. */
  residue(): Promise<{ checked: string[]; found: string[]; hosts?: string[] }>;
  /** Logs and state for the run's folder. */
  diagnose(folder: string): Promise<void>;
  /** For a person who looks around (`up`): commands to try. */
  hints(): readonly string[];
}
