import {
  archivingPlugin,
  barmanPlugin,
  objectStore,
  pluginMethod,
  pluginParameters,
} from '../../kubernetes/barman-plugin.ts';
import { schedulesOf } from '../backup.ts';
import { cnpg } from '../documentation.ts';
import { appendDocument, type Edit, removeLines, replaceEntry, setIn } from '../edit.ts';
import type { Problem, Rule } from '../finding.ts';
import type { Inventory } from '../inventory.ts';
import type { Place } from '../manifest.ts';
import { textOf } from '../nodes.ts';
import type { Resource } from '../resource.ts';

const removal = 'In-tree Barman support is deprecated and is removed in CloudNativePG 1.31';

/** `barmanObjectStore` in a Cluster, to write backups or to restore from one. */
export const barmanInTree: Rule = {
  id: 'barman-in-tree',
  severity: 'warning',
  title: 'in-tree Barman, which goes in CloudNativePG 1.31',
  documentation: cnpg('wal_archiving', 'deprecation-notice-native-barman-cloud'),
  *check(inventory) {
    for (const cluster of inventory.clusters) {
      const at = cluster.at('spec', 'backup', 'barmanObjectStore');
      if (at)
        yield {
          resource: cluster,
          at,
          message: `${removal}: from that upgrade on neither WAL nor base backups of ${cluster.name} are stored. The Barman Cloud Plugin takes the same settings.`,
          change: migration(inventory, cluster, at),
        };
      for (const external of cluster.items('spec', 'externalClusters')) {
        const problem = externalProblem(inventory, cluster, external);
        if (problem) yield problem;
      }
    }
  },
};

/** The backup section becomes a plugin entry and an ObjectStore, and schedules name the plugin. */
function migration(inventory: Inventory, cluster: Resource, at: Place): Edit[] {
  const backup = cluster.at('spec', 'backup')!;
  const { serverName, ...configuration } = plainOf(at);
  const store = `${cluster.name}-store`;
  const retention = cluster.text('spec', 'backup', 'retentionPolicy');
  const rest = Object.keys(plainOf(backup)).filter((key) => key !== 'barmanObjectStore' && key !== 'retentionPolicy');
  const manifest = at.manifest;
  const inTheWay = cluster.at('spec', 'plugins') !== undefined || rest.length > 0 || cluster.patches.includes(manifest);
  if (inTheWay) return [];
  const plugins = setIn(manifest, ['spec', 'plugins'], [archivingPlugin(store, serverName as string | undefined)]);
  return [
    removeLines(backup),
    plugins,
    appendDocument(manifest, objectStore(store, cluster.namespace, configuration, retention)),
    ...schedulesOf(inventory, cluster)
      .filter((schedule) => (schedule.text('spec', 'method') ?? 'barmanObjectStore') === 'barmanObjectStore')
      .flatMap((schedule) => [
        setIn(schedule.base, ['spec', 'method'], pluginMethod.method),
        setIn(schedule.base, ['spec', 'pluginConfiguration'], pluginMethod.pluginConfiguration),
      ]),
  ];
}

function externalProblem(inventory: Inventory, cluster: Resource, external: Place): Problem | undefined {
  const { manifest } = external;
  const at = manifest.within(external.node, 'barmanObjectStore');
  const name = textOf(manifest.within(external.node, 'name')?.node);
  if (!at || !name) return undefined;
  const { serverName, ...configuration } = plainOf(at);
  const store = `${name}-store`;
  const parameters = pluginParameters(store, (serverName as string | undefined) ?? name);
  const isMade = [...inventory.of('ObjectStore'), ...inventory.clusters].some((other) =>
    other.kind === 'Cluster' ? other.name === name : other.name === store,
  );
  return {
    resource: cluster,
    at,
    message: `${removal}: from that upgrade on nothing can be restored from the external cluster ${name} in this way.`,
    change: [
      replaceEntry(at, 'plugin', { name: barmanPlugin, parameters }),
      ...(isMade ? [] : [appendDocument(manifest, objectStore(store, cluster.namespace, configuration))]),
    ],
  };
}

const plainOf = (place: Place): Record<string, unknown> =>
  (place.node as { toJS(document: unknown): Record<string, unknown> } | null)?.toJS(place.manifest.document) ?? {};
