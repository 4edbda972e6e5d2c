/** Alerts on metrics of backups: the operator fills its own for in-tree Barman only, the plugin exports others. */
import { type Edit, replaceAt } from '../change/edit.ts';
import type { Place } from '../text/manifest.ts';
import { Undecidable } from '../text/variables.ts';
import { type Expression, expressionsOf, placeOfWord } from './alerts.ts';
import { type Archiver, archiverKind } from './backup.ts';
import type { Inventory } from './inventory.ts';
import { metricsIn } from './metrics.ts';
import { type Resource, sameNamespace } from './resource.ts';

const prefix = 'cnpg_collector_';
const pluginPrefix = 'barman_cloud_cloudnative_pg_io_';
/** The time of the last failure is not among them: the operator keeps it for every method. */
const names = ['last_available_backup_timestamp', 'first_recoverability_point'];
const metrics = new Set(names.map((name) => prefix + name));

/** A metric of in-tree backups in an expression about Clusters that archive with the plugin. */
export interface StaleMetric {
  readonly expression: Expression;
  readonly metric: string;
  /** What the plugin exports in its place. */
  readonly instead: string;
  readonly places: readonly Place[];
  /** One of the Clusters. */
  readonly cluster: Resource;
}

/** @param migrated a Cluster that is to archive with the plugin */
export function staleMetrics(inventory: Inventory, migrated?: Resource): StaleMetric[] {
  const mentioning = inventory.once('metrics of in-tree backups', () =>
    expressionsOf(inventory).filter(({ text }) => metricsIn(text).some(({ metric }) => metrics.has(metric))),
  );
  if (mentioning.length === 0) return [];
  const kinds = inventory.once('kinds of archives', () => new Map(inventory.clusters.map((one) => [one, kindOf(one)])));
  const isPlugin = (one: Resource) => one === migrated || kinds.get(one) === 'plugin';
  const archiving = inventory.clusters.filter((one) => kinds.get(one) !== undefined);
  const areAll = archiving.every(isPlugin);
  return mentioning.flatMap((expression) => {
    const watched = areAll ? archiving : archiving.filter((one) => sameNamespace(one, expression.resource));
    // With both kinds of archive the expression may be for the other one.
    if (watched.length === 0 || !watched.every(isPlugin)) return [];
    return staleIn(expression, watched.find(({ name }) => expression.text.includes(name)) ?? watched[0]!);
  });
}

function staleIn(expression: Expression, cluster: Resource): StaleMetric[] {
  const mentions = metricsIn(expression.text).map(({ metric }) => metric);
  return [...new Set(mentions.filter((name) => metrics.has(name)))].map((metric) => ({
    expression,
    metric,
    instead: pluginPrefix + metric.slice(prefix.length),
    places: mentions.filter((other) => other === metric).map((_, nth) => placeOfWord(expression, metric, nth)),
    cluster,
  }));
}

/** The edits that name the plugin's metric. */
export const renamed = ({ metric, instead, places }: StaleMetric): Edit[] =>
  places.map((place) => replaceAt(place, metric.length, instead));

/** How a Cluster archives; `unknown` where a variable decides. */
function kindOf(cluster: Resource): Archiver | 'unknown' | undefined {
  try {
    return archiverKind(cluster);
  } catch (error) {
    if (error instanceof Undecidable) return 'unknown';
    throw error;
  }
}
