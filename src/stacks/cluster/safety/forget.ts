/** Gives a dead drill’s lease back without undoing what it records, once a person has seen that none of it matters. */
import type { UndoRecord } from '../../../faults/target.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { agentsOf } from '../pods/agent.ts';
import { endLease, type FoundLease, leaseRef, underWay } from './lease.ts';
import { type ObserveOptions, observeLease } from './lease-observer.ts';
import { leaveTrace } from './trace.ts';

export interface Forgotten {
  readonly lease: string;
  readonly holder: string;
  readonly renewed: string;
  readonly undos: readonly UndoRecord[];
  /** Why other entries are not undo records. */
  readonly refused: readonly string[];
  readonly restores: readonly string[];
  readonly database: string | undefined;
  /** Pods on nodes that the drill left, which stay; undefined where this user may not list pods. */
  readonly agents: readonly string[] | undefined;
}

/** What forgetting loses or leaves, a line each. */
const forgottenLines = (forgotten: Forgotten, namespace: string): string[] => {
  const { lease, holder, renewed, undos, refused, restores, database, agents } = forgotten;
  return [
    `the lease ${lease} of ${holder}, last renewed ${renewed} by its own clock`,
    ...undos.map(({ fault, target, how }) => `not undone: ${fault} of ${target.name}, ${JSON.stringify(how)}`),
    ...refused.map((why) => `not undone: ${why}`),
    ...restores.map((name) => `not removed: what a backup was restored into, in the namespace ${name}`),
    ...(database ? [`not dropped: the schema pgdrill in ${database}`] : []),
    ...agentLines(agents, namespace),
  ];
};

/** A line for each pod on a node that stays, with the command that removes it. */
export const agentLines = (agents: Forgotten['agents'], namespace: string): string[] =>
  agents?.map(
    (name) => `not removed: the privileged pod ${name}; remove it with: kubectl delete pod ${name} -n ${namespace}`,
  ) ?? [`not seen: whether privileged pods of the drill remain in ${namespace}, since this user may not list pods`];

/** The same in a few words, for the trace in the cluster. */
const recordsOf = ({ undos, refused, restores, database, agents }: Forgotten): string[] => [
  ...undos.map(({ id, fault, target }) => `${fault} of ${target.name} (${id})`),
  ...refused.map(() => 'an entry that is not an undo record'),
  ...restores.map((name) => `the restore in ${name}`),
  ...(database ? [`the schema pgdrill in ${database}`] : []),
  ...(agents ?? []).map((name) => `the pod ${name}`),
];

export interface ForgetOptions extends ObserveOptions {
  /** Called with what will be lost. @throws UsageError where the user does not agree */
  readonly confirm: (lines: readonly string[]) => Promise<void>;
  /** Writes down what is about to be forgotten; called once the user agreed, before the lease goes. */
  readonly keep: (forgotten: Forgotten) => Promise<void>;
  /** The user of this machine. */
  readonly user: string;
}

/**
 * Leaves a trace in the cluster before the lease goes: who, when, which records.
 * @returns what was forgotten; undefined where no lease exists
 * @throws UsageError where the drill is alive, and where the user does not agree
 */
export async function forgetLease(at: ClusterAt, options: ForgetOptions): Promise<Forgotten | undefined> {
  const { kube, site } = at;
  const observed = await observeLease(at, options);
  if (!observed) return undefined;
  if (observed.alive) throw underWay(site, observed.lease);
  const forgotten = await whatIsLost(at, observed.lease);
  await options.confirm(forgottenLines(forgotten, site.namespace));
  await options.keep(forgotten);
  const trace = { holder: forgotten.holder, records: recordsOf(forgotten) };
  for (const line of await leaveTrace(at, trace, options.user)) options.say(line);
  await endLease(kube, site, observed.lease.uid);
  return forgotten;
}

async function whatIsLost({ kube, site }: ClusterAt, found: FoundLease): Promise<Forgotten> {
  const { name, namespace } = leaseRef(site).metadata;
  const { holder, renewed, undos, refused, restores, database } = found;
  const agents = await agentsOf(kube, site).catch(() => undefined);
  return { lease: `${namespace}/${name}`, holder, renewed, undos, refused, restores, database, agents };
}
