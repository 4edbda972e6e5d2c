/** The Poolers of a Cluster that others run, as a drill has them: by the ways that its clients take. */
import { didYouMean, SetupError, UsageError } from '../../../errors.ts';
import type { Target } from '../../../faults/target.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { podsOfPooler } from '../../cnpg/faults/pooler.ts';
import type { NodesAt } from '../../cnpg/node-shell.ts';
import { isReady, type Metadata, type Pod, type Pooler, poolerKind } from '../../cnpg/objects.ts';

/** What a way of the clients leads to. */
export interface Behind {
  readonly pooler: string;
  /** Labels of the pods. */
  readonly selector: Readonly<Record<string, string>>;
}
/** What faults on a cluster need before they are brought about. */
export interface DrilledAt extends NodesAt {
  /** The Pooler by the name that the journal has for the way: `pooler-1`. */
  readonly behind: ReadonlyMap<string, Behind>;
}

/** A Pooler of the Cluster; undefined where none has the name. */
export async function poolerNamed({ kube, site }: ClusterAt, name: string): Promise<Pooler | undefined> {
  const poolers = await kube.list<Pooler>(poolerKind, site.namespace);
  return poolers.find(({ metadata, spec }) => metadata.name === name && spec.cluster.name === site.cluster);
}

/** The Pooler that a fault is aimed at, and its pods that are ready. @throws UsageError, SetupError where there is none */
export async function poolerAimedAt(
  at: DrilledAt,
  { name }: Target,
): Promise<{ readonly pooler: Pooler; readonly pods: readonly Pod[] }> {
  const way = at.behind.get(name);
  if (!way) throw new UsageError(`no way to a Pooler is called ${name}${didYouMean(name, [...at.behind.keys()])}`);
  const pooler = await poolerNamed(at, way.pooler);
  if (!pooler) throw new SetupError(`the Pooler ${way.pooler} behind ${name} no longer exists`);
  const selected = ({ metadata: { labels = {} } }: Pod) =>
    Object.entries(way.selector).every(([key, value]) => labels[key] === value);
  const pods = (await podsOfPooler(at, way.pooler)).filter((pod) => isReady(pod) && selected(pod));
  if (pods.length === 0) throw new SetupError(`the Pooler ${way.pooler} behind ${name} has no pod that is ready`);
  return { pooler, pods: pods.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)) };
}

interface Managed {
  readonly manager?: string;
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
}
const managedOf = ({ metadata }: { readonly metadata: Metadata }): readonly Managed[] =>
  (metadata as { readonly managedFields?: readonly Managed[] }).managedFields ?? [];

/** Whether the API server notes who set which field. */
export const hasOwners = (pooler: Pooler): boolean => managedOf(pooler).length > 0;

/** Who set `spec.pgbouncer.paused`, by the API server's own account of each field. */
export function pausedBy(pooler: Pooler): string[] {
  const within = (value: unknown, key: string) => (value as Record<string, unknown> | undefined)?.[`f:${key}`];
  return managedOf(pooler)
    .filter(({ fieldsV1 }) => ['spec', 'pgbouncer', 'paused'].reduce<unknown>(within, fieldsV1) !== undefined)
    .map(({ manager = 'an unknown client' }) => manager);
}

/** Whether it is paused, and a drill did that and nobody else has since. */
export const pausedByDrill = (pooler: Pooler): boolean => {
  const owners = pausedBy(pooler);
  return pooler.spec.pgbouncer?.paused === true && owners.length === 1 && owners[0] === 'pgdrill';
};
