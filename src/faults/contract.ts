/** What a fault is. One file under `words/` holds all that a fault word means, wherever it is used. */
import type { z } from 'zod';
import type { How, StackKind, TargetKind, TargetOfKind } from './aim.ts';
import type { Right } from './right.ts';
import type { Says } from './says.ts';

export interface FaultContract {
  /** What happens to the target. */
  readonly means: string;
  /** The same of one drill, with its target and its parameters. */
  readonly says: Says;
  /** How the harness knows that it took effect. */
  readonly provedBy: string;
  readonly undoneBy: string;
  readonly target: TargetKind;
  /** What a scenario sets, with defaults; absent: nothing. */
  readonly parameters?: z.ZodObject;
  /** The parameter in ms that `pgdrill threshold` varies; absent: how long the fault lasts. */
  readonly dose?: 'delayMs';
  /** Why values that are each possible make no sense together, for a sentence; undefined where they do. */
  readonly refuses?: (parameters: never) => string | undefined;
  /**
   * `when-healed`: the drill heals it, or gives it a length (`for`); `as-scheduled`: the drill must give a length;
   * `unaided`: it ends without help; `never`: afterwards another stack must be opened.
   */
  readonly ends: 'when-healed' | 'as-scheduled' | 'unaided' | 'never';
  /** Healing it can end an outage: an outage that lasts until then is a lower bound. */
  readonly healingEndsOutage: boolean;
  /** Aimed at the primary, it makes a standby take over. */
  readonly takeover: boolean;
  /**
   * What it makes of the instance while it lasts. `gone`: no process of it is left; `stopped`: none of its processes runs;
   * `unreachable`: it runs on and nobody reaches it; `cut-off`: it runs on, clients reach it and its peers do not. Absent:
   * it serves, worse or later.
   */
  readonly instance?: 'gone' | 'stopped' | 'unreachable' | 'cut-off';
  /** It sets rules of the firewall on what it hits, which stay where it is not undone. */
  readonly setsRules?: true;
  /** Its node answers nobody, Kubernetes neither. */
  readonly takesNode?: true;
  /** The HA manager cannot ask the instance, or cannot decide: it waits until the claim of the primary has run out. */
  readonly hidesFromManager?: true;
  /** The instance serves on, and what the HA manager keeps its decisions in is out of its reach. */
  readonly takesStore?: true;
  /** PostgreSQL on the instance ends, and cannot start until it is undone. */
  readonly stopsServer?: true;
  /** The old primary stops in good order, and gives its claim back. */
  readonly inOrder?: true;
  /** What runs the instance gives the primary lease of CloudNativePG back. */
  readonly releasesLease?: true;
  /** Clients are held on purpose, and connected, until it is undone. */
  readonly holdsClients?: true;
  /** Every instance stays in service. */
  readonly keepsInstances?: true;
  /** What a person can do about such an outage where no setting helps, in sentences; by the role of what was hit where it differs. */
  readonly advice?: string | { readonly primary: string; readonly standby: string };
  /** How the HA manager notices it, for the models of the outage; absent: no model covers it. */
  readonly noticedAs?: Noticed;
  /** The setting of the topology that it needs. */
  readonly wants?: 'walDiskMegabytes';
  /** What it needs on a cluster that others use; absent: it is never done there. */
  readonly onCluster?: ClusterNeeds;
  /** What its undo record holds (`how`), on each stack that has it. Blocks are in `undo-schema.ts`. */
  readonly undo: Readonly<Partial<Record<StackKind, z.ZodObject>>>;
  /** How the contract test of the stacks tries it. */
  readonly trial: Trial;
}

/**
 * `request`: the manager is asked; `death`: the instance's processes are gone; `termination`: the same after a second of
 * SIGTERM; `shutdown`: it stops in good order; `silence`: it does not answer.
 */
type Noticed = 'request' | 'death' | 'termination' | 'shutdown' | 'silence';

interface ClusterNeeds {
  /** Beyond those of every drill. */
  readonly rights: readonly Right[];
  /** A privileged pod on the node of the instance brings it about. */
  readonly agent?: true;
  /** A watchdog pod in the cluster undoes it when the harness dies. */
  readonly watchdog?: true;
  /** The first minor version of Kubernetes that has what it asks of the API. Absent: what every drill needs will do. */
  readonly kubernetes?: `1.${number}`;
  /** An API that something else brings to the cluster. */
  readonly api?: { readonly groupVersion: string; readonly of: string };
  /** It cuts off everything on the node of the instance. */
  readonly cutsNode?: true;
}

interface Trial {
  /** Which instance it is aimed at, where its target is an instance; absent: the primary. */
  readonly at?: 'primary' | 'standby';
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** It is also healed from another process, by its undo record alone. */
  readonly elsewhere?: true;
  /** Why the plain topology of the contract test cannot have it. */
  readonly not?: string;
}

/** Clock readings around something, in ns of `process.hrtime.bigint()`. */
export interface Bracket {
  readonly beforeNs: bigint;
  readonly afterNs: bigint;
}

/** What a node did by its own clock, read back once it could be reached. */
export interface Account {
  readonly injected: Bracket;
  readonly effective: Bracket;
  readonly ended: Bracket;
  /** What the node saw, in words. */
  readonly proof: string;
}

/** A fault whose target was examined; nothing is broken yet. */
export interface PreparedFault {
  /** What `heal` needs; on disk before `breakIt` is called. */
  readonly how: How;
  /** What its own description says of it: journalled beside the parameters that the drill gave. */
  readonly described?: Readonly<Record<string, string>>;
  /** Where its own description decides how long it lasts, ms. */
  readonly lastsMs?: number;
  breakIt(): Promise<void>;
  /** Waits until it took effect. Resolves to what was seen, in words. @throws SetupError where it did not */
  prove(): Promise<string>;
  /**
   * Where the node acts by its own clock, since nobody may reach it meanwhile: asked once it is healed. `prove` then says
   * what was ordered. @throws SetupError where it did not take effect
   */
  account?(): Promise<Account>;
}

/**
 * How one stack brings a fault about: one file each under the stack's `faults/`.
 * @typeParam Context what it needs of the running stack
 * @typeParam HealContext what undoing it needs, also from another process
 * @typeParam Kind the kind of its target
 * @typeParam Parameters with their defaults filled in
 */
export interface Fault<
  Context,
  HealContext = Context,
  Kind extends TargetKind = TargetKind,
  Parameters = Readonly<Record<string, unknown>>,
> {
  /** Why it cannot be done with what the environment names, known before a stack is opened; undefined where it can. Absent: it always can. */
  lacks?(env: Readonly<Record<string, string | undefined>>): Promise<string | undefined>;
  /**
   * Examines the target, and breaks nothing yet.
   * @param forMs how long it is to last, where that is decided
   * @throws UsageError for a target that it cannot break
   */
  prepare(context: Context, target: TargetOfKind<Kind>, parameters: Parameters, forMs?: number): Promise<PreparedFault>;
  /**
   * Undoes it, from any process, and proves that it is undone; does nothing where it is undone already.
   * Resolves to the proof in words. @throws SetupError where it cannot be proved
   */
  heal(context: HealContext, how: How): Promise<string>;
  /**
   * Undoes what of it outlives its target: the instance or the whole Cluster is gone, and will not be ready again. Resolves to
   * the proof in words. Absent: nothing outlives it. @throws SetupError where it cannot be proved
   */
  healWithout?(context: HealContext, how: How): Promise<string>;
}
