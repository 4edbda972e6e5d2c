import { basename } from 'node:path';
import {
  barmanPlugin,
  objectStore,
  archivingPlugin as pluginEntry,
  pluginMethod,
  pluginParameters,
} from '../../kubernetes/barman-plugin.ts';
import { type Edit, replaceEntry } from '../change/edit.ts';
import { atLeast, cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { barmanObjectStore, cluster } from '../example.ts';
import type { Problem, Rule } from '../finding.ts';
import { hasPlugin } from '../objects/backup.ts';
import { renamed, type StaleMetric, staleMetrics } from '../objects/backup-metrics.ts';
import type { Inventory } from '../objects/inventory.ts';
import type { Resource } from '../objects/resource.ts';
import { refused } from '../objects/since.ts';
import type { Place } from '../text/manifest.ts';
import { isTrial } from '../trial.ts';

/** What the older way gives way to. */
const plugin = { field: 'The Barman Cloud plugin', since: '1.26' };

const removal =
  'In-tree Barman support is deprecated, and CloudNativePG removes it in one of its next releases (announced for 1.31, ' +
  'later for 1.32)';

/** `barmanObjectStore` in a Cluster, to write backups or to restore from one. */
export const barmanInTree: Rule = {
  id: 'barman-in-tree',
  severity: 'warning',
  title: 'in-tree Barman, whose removal from CloudNativePG is announced',
  documentation: cnpg('wal_archiving', 'deprecation-notice-native-barman-cloud'),
  explanation:
    'Support for Barman in the operator is deprecated since 1.26. The release notes of 1.30 announce its removal with 1.31, ' +
    'later pages with 1.32; earlier announcements were postponed by a release each time. From that upgrade on, a Cluster ' +
    'with `barmanObjectStore` stores neither WAL nor base backups. The Barman Cloud plugin takes the same settings in an ' +
    'ObjectStore; it has to be installed first, and needs cert-manager.',
  bad: cluster(`instances: 1${barmanObjectStore}`),
  drill: 'point-in-time-restore',
  check: eachCluster(function* (resource, inventory) {
    if (isTrial(resource, inventory) && showsOlderWay(resource)) return;
    const at = resource.at('spec', 'backup', 'barmanObjectStore');
    if (at)
      yield {
        resource,
        at,
        message:
          `${removal}: from then on neither WAL nor base backups of ${resource.name} are stored. The Barman ` +
          `Cloud plugin takes the same settings.${firstInstall(inventory)}`,
        change: lacksPlugin(resource) ? refused(plugin) : migration(inventory, resource, at),
      };
    for (const external of resource.items('spec', 'externalClusters')) {
      const problem = externalProblem(inventory, resource, external);
      if (problem) yield problem;
    }
  }),
};

/** An example that is named after the older way, itself or its file, shows it on purpose. */
const showsOlderWay = ({ name, base: { source } }: Resource): boolean =>
  [name, basename(source.file)].some((word) => /(?:^|[-_])(?:legacy|in-?tree)(?:[-_.]|$)/i.test(word));

const firstInstall = (inventory: Inventory): string =>
  inventory.isPartial || hasPlugin(inventory) ? '' : ' It has to be installed first.';

const lacksPlugin = ({ owner: { installed } }: Resource): boolean =>
  installed !== undefined && !atLeast(installed.version, plugin.since);

/** The backup section becomes a plugin entry and an ObjectStore, and schedules name the plugin. */
function migration(inventory: Inventory, resource: Resource, at: Place): Edit[] {
  const backup = resource.at('spec', 'backup')!;
  const { serverName, ...configuration } = plainOf(at);
  const store = `${resource.name}-store`;
  const retention = resource.text('spec', 'backup', 'retentionPolicy');
  const rest = Object.keys(plainOf(backup)).filter((key) => key !== 'barmanObjectStore' && key !== 'retentionPolicy');
  const isPatched = at.manifest.source !== resource.base.source || resource.owner.unit !== '';
  const isShared = backup.node?.range === undefined || hasAnchors(at);
  if (resource.isExpanded || resource.at('spec', 'plugins') || rest.length > 0 || isPatched || isShared) return [];
  const appended = resource.append(objectStore(store, resource.namespace, configuration, retention));
  if (appended.length === 0) return [];
  return [
    replaceEntry(backup, 'plugins', [pluginEntry(store, serverName as string | undefined)]),
    ...inventory
      .schedulesOf(resource)
      .filter((schedule) => (schedule.text('spec', 'method') ?? 'barmanObjectStore') === 'barmanObjectStore')
      .flatMap((schedule) =>
        schedule.setAll([
          [['spec', 'method'], pluginMethod.method],
          [['spec', 'pluginConfiguration'], pluginMethod.pluginConfiguration],
        ]),
      ),
    ...metricsAfter(inventory, resource),
    // Behind what is added to a schedule at the end of the file.
    ...appended,
  ];
}

/** Alerts on in-tree backups that the migration leaves without a series get the plugin's metric. */
function metricsAfter(inventory: Inventory, resource: Resource): Edit[] {
  const keyOf = ({ expression, metric }: StaleMetric) => `${expression.place.offset} ${metric}`;
  const before = new Set(staleMetrics(inventory).map(keyOf));
  return staleMetrics(inventory, resource)
    .filter((stale) => !before.has(keyOf(stale)))
    .flatMap(renamed);
}

function externalProblem(inventory: Inventory, resource: Resource, external: Place): Problem | undefined {
  const at = external.manifest.within(external.node, 'barmanObjectStore');
  const name = resource.field(external, 'name');
  if (!at || !name) return undefined;
  const { serverName, ...configuration } = plainOf(at);
  const store = `${name}-store`;
  const parameters = pluginParameters(store, (serverName as string | undefined) ?? name);
  const isMade =
    inventory.named('ObjectStore', store, resource).length > 0 ||
    inventory.clusters.some((other) => other.name === name && other !== resource);
  const appended = isMade ? [] : resource.append(objectStore(store, resource.namespace, configuration));
  // In a tree that something deploys, an object whose definition is not installed yet stops the deployment.
  const isInstalled = resource.owner.unit === '' || hasPlugin(inventory);
  const canChange =
    isInstalled && !resource.isExpanded && !hasAnchors(at) && (isMade || appended.length > 0) && at.key !== undefined;
  return {
    resource,
    at,
    message: `${removal}: from that upgrade on nothing can be restored from the external cluster ${name} in this way. The Barman Cloud plugin takes its place.${firstInstall(inventory)}`,
    change: lacksPlugin(resource)
      ? refused(plugin)
      : canChange
        ? [replaceEntry(at, 'plugin', { name: barmanPlugin, parameters }), ...appended]
        : [],
  };
}

/** A section that others use by an alias, or that is one itself, stays: the change would take their anchor away. */
function hasAnchors({ manifest, node, key }: Place): boolean {
  const start = key?.range?.[0] ?? 0;
  const text = manifest.source.text.slice(start, node?.range?.[1] ?? start);
  const line = manifest.source.text.slice(start).split('\n')[0]!;
  return /(?:^|[\s:\-,[{])[&*][\w]/m.test(`${text}\n${line}`);
}

const plainOf = (place: Place): Record<string, unknown> =>
  (place.node as { toJS(document: unknown): Record<string, unknown> } | null)?.toJS(place.manifest.document) ?? {};
