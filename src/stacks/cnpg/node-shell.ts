/** A shell in a node of the cluster: how faults reach what the API does not. */
import { SetupError } from '../../errors.ts';
import type { Bracket, Fault } from '../../faults/contract.ts';
import type { Target } from '../../faults/target.ts';
import { type ClusterAt, podAimedAt } from './faults/at.ts';

/** A script that waits in a node for a word, so that what it then does begins within milliseconds of a known time. */
export interface Armed {
  /** Lets it go on, and resolves as soon as it has done what it was to do. @throws SetupError where it fails */
  fire(): Promise<void>;
  /** What the check afterwards printed. @throws SetupError where it fails */
  checked(): Promise<string>;
}
export interface ArmedScript {
  /** Done at once. */
  readonly setup: string;
  /** What waits for the word. */
  readonly action: string;
  /** Follows the action at once. */
  readonly check: string;
  /** What the script sees as `$1`, `$2`, …: names and addresses are never part of its text. */
  readonly args?: readonly string[];
}

/** Scripts of the node, each with the same arguments. */
export interface TimedAction {
  readonly action: string;
  /** Prints numbers, none of which is 0 once the action shows its effect. */
  readonly count: string;
  /** Prints what is left all the same, a line each. */
  readonly undo: string;
  readonly args: readonly string[];
  readonly forS: number;
}
/** What a node wrote of a timed action, on our clock. */
export interface TimedRecord {
  readonly began: Bracket;
  /** Absent where nothing showed that it took effect. */
  readonly proved: (Bracket & { readonly counts: readonly number[] }) | undefined;
  readonly ended: Bracket & { readonly why: 'time' | 'asked' };
  /** The first thing that is left all the same. */
  readonly left: string | undefined;
}

export interface Timed {
  /** It begins within a second. @throws SetupError where it could not be ordered */
  begin(): Promise<void>;
  /** What the node wrote of it, on our clock. @throws SetupError where it failed, or nothing is kept */
  record(): Promise<TimedRecord>;
}

export interface NodeShell {
  /** Runs a script of the shell, which sees `args` as `$1`, `$2`, …. @throws SetupError with its output if it fails */
  run(script: string, args?: readonly string[]): Promise<string>;
  /** Has a script wait before its action; it does nothing if this process dies. @throws SetupError where it does not get that far */
  arm(script: ArmedScript): Promise<Armed>;
  /**
   * Dead man's switch: the node runs this script when the harness stops reporting. Absent where the process that breaks a
   * node also owns it.
   */
  guard?(undo: string, args?: readonly string[]): Promise<void>;
  /**
   * Has the node do something to itself for a time, by its own clock. Absent where the node can be reached whatever is
   * done to it.
   */
  timed?(action: TimedAction): Promise<Timed>;
  /**
   * Ends a timed action now where the node can be reached, and otherwise waits until it has ended.
   * @returns what the node keeps of it, once it can be read; undefined where it keeps nothing
   * @throws SetupError where the node does not answer in time
   */
  endTimed?(withinMs: number): Promise<string | undefined>;
  /**
   * Has the node run it now, although no new connection may get through to it.
   * @returns soon, with what the script printed; undefined where the node did not answer
   */
  undo?(): Promise<string | undefined>;
}

/** What faults on a node need, also from another process. */
export interface NodesAt extends ClusterAt {
  /** @throws SetupError where the node cannot be entered */
  shell(node: string): Promise<NodeShell>;
}
export type NodeFault = Fault<NodesAt>;

export interface PodOnNode {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly shell: NodeShell;
}

/** The pod that a fault is aimed at, with the node that it runs on. @throws SetupError where it runs nowhere */
export async function podOnNode(at: NodesAt, target: Target): Promise<PodOnNode> {
  const { metadata, spec } = await podAimedAt(at, target);
  if (!spec.nodeName || !metadata.uid)
    throw new SetupError(`${target.name} should run on a node, but is not scheduled`);
  return { name: metadata.name, uid: metadata.uid, node: spec.nodeName, shell: await at.shell(spec.nodeName) };
}
