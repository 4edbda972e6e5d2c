/** The settings of a Pooler, with PgBouncer's defaults. Source: pgbouncer.org/config.html. */
import type { Edit } from '../change/edit.ts';
import type { Place } from '../text/manifest.ts';
import { serviceEnds, usesOfHost } from './endpoints.ts';
import type { Inventory } from './inventory.ts';
import { isAlone } from './replication.ts';
import type { Resource } from './resource.ts';

export const parameters = ['spec', 'pgbouncer', 'parameters'] as const;

/** A number among the parameters; undefined where it is left to the default. */
export const parameterOf = (pooler: Resource, name: string): number | undefined => pooler.number(...parameters, name);

/** Where a parameter is, or where it would be. */
export const placeOfParameter = (pooler: Resource, name: string): Place => pooler.nearest(...parameters, name);

/** The edits that set a parameter. */
export const setParameter = (pooler: Resource, name: string, value: string): Edit[] =>
  pooler.set([...parameters, name], value);

/** How many instances a Pooler has; one where it does not say. */
export const poolerInstances = (pooler: Resource): number => pooler.number('spec', 'instances') ?? 1;

/** Which instances a Pooler's clients reach: the primary, unless its `type` is another. */
export const isReadOnlyPooler = (pooler: Resource): boolean => (pooler.text('spec', 'type') ?? 'rw') !== 'rw';

/** Whether its Cluster has one instance: nothing else could take over behind the pooler. */
export const isOfSingle = (pooler: Resource, inventory: Inventory): boolean => {
  const clusters = inventory.clustersFor(pooler);
  return clusters.length > 0 && clusters.every(isAlone);
};

/** From this number of applications on, those of a Cluster are visible, and one more would be too. */
export const enoughUsers = 3;
/** So are those of a Cluster of which this number of other Poolers are used. */
const enoughPoolers = 2;
/** What may stand behind the name of a Pooler in that of its service. */
const ends = ['', ...serviceEnds];

/** What surrounds a Pooler without connecting to it. */
const around =
  /^(?:Pooler|PodDisruptionBudget|PodMonitor|ServiceMonitor|VMPodScrape|PrometheusRule|VMRule|Kustomization|Cluster|Database|Certificate)$/;

/** Whether an object of any kind names a Pooler outside of comments, as values of operators and templates do. */
function isNamed(name: string, inventory: Inventory): boolean {
  const named = inventory.once('names of poolers', () => {
    const names = new Set(inventory.poolers.flatMap((pooler) => ends.map((end) => pooler.name + end)));
    const texts = inventory.resources.filter(({ kind }) => !around.test(kind)).map(textWithoutComments);
    return new Set(texts.flatMap((text) => (text.match(/[\w-]+/g) ?? []).filter((word) => names.has(word))));
  });
  return named.has(name);
}

function textWithoutComments({ base: { source, root } }: Resource): string {
  const text = root.range ? source.text.slice(root.range[0], root.range[2]) : source.text;
  return text.replace(/(?:^|\s)#.*$/gm, '');
}

/**
 * Whether nothing here connects to a Pooler although several applications connect to its Cluster, or to two other Poolers
 * of it.
 */
export function isUnused(pooler: Resource, inventory: Inventory): boolean {
  const usersOf = (host: string, owner: Resource) =>
    usesOfHost(inventory, host, owner).map(({ setting }) => setting.resource.title);
  const throughPooler = (one: Resource) => ends.flatMap((end) => usersOf(one.name + end, one));
  if (pooler.name.includes('$') || throughPooler(pooler).length > 0) return false;
  if (ends.some((end) => isNamed(pooler.name + end, inventory))) return false;
  const clusters = inventory.clustersFor(pooler);
  const direct = clusters.flatMap((one) => serviceEnds.flatMap((end) => usersOf(one.name + end, one)));
  const others = clusters.flatMap((one) => inventory.poolersOf(one)).map(throughPooler);
  const users = new Set([...direct, ...others.flat()]);
  return users.size >= enoughUsers || others.filter((list) => list.length > 0).length >= enoughPoolers;
}

/** The server that a Pooler's clients lose in a failure. */
export const serverOf = (pooler: Resource): string => (isReadOnlyPooler(pooler) ? 'standby' : 'primary');

/**
 * A constraint that spreads the pods of a Pooler over the nodes. It compares pods of one revision only: a required
 * anti-affinity would leave the first pod of an update without a node where each node has a pooler.
 */
const spread = (pooler: Resource): object[] => [
  {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: { 'cnpg.io/poolerName': pooler.name } },
    matchLabelKeys: ['pod-template-hash'],
  },
];

/** Whether anything keeps the pods of a Pooler on different nodes. */
export const isApart = (pooler: Resource): boolean =>
  pooler.at('spec', 'template', 'spec', 'affinity', 'podAntiAffinity') !== undefined ||
  pooler.at('spec', 'template', 'spec', 'topologySpreadConstraints') !== undefined;

/** The setting that keeps the pods apart. `containers` is required of the template and stays empty. */
export function apartSetting(pooler: Resource): [path: string[], value: unknown] {
  const template = ['spec', 'template', 'spec'];
  return pooler.at(...template)
    ? [[...template, 'topologySpreadConstraints'], spread(pooler)]
    : [template, { containers: [], topologySpreadConstraints: spread(pooler) }];
}
