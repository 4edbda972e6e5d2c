/** How a Cluster is backed up. */
import { barmanPlugin } from '../../kubernetes/barman-plugin.ts';
import { fieldOf, type Place } from '../text/manifest.ts';
import type { Inventory } from './inventory.ts';
import type { AddedObject, Resource } from './resource.ts';

export type Archiver = 'plugin' | 'barmanObjectStore';

/** Where the archiving of WAL is configured: a plugin, or the in-tree Barman; undefined where it is not. */
export function archiverOf(cluster: Resource): Place | undefined {
  return archivingPluginOf(cluster) ?? cluster.at('spec', 'backup', 'barmanObjectStore');
}

/**
 * The plugin that archives WAL. The operator hands WAL to every plugin that can archive, also to one that is not
 * designated (`archiver.go`: “to retain compatibility with the old API”).
 */
export function archivingPluginOf(cluster: Resource): Place | undefined {
  const enabled = cluster.items('spec', 'plugins').filter((item) => cluster.field(item, 'enabled') !== 'false');
  return (
    enabled.find((item) => cluster.field(item, 'isWALArchiver') === 'true') ??
    (cluster.at('spec', 'backup', 'barmanObjectStore') ? undefined : enabled.find(isBarmanPlugin))
  );
}

/** How the Cluster archives; undefined where it does not. */
export function archiverKind(cluster: Resource): Archiver | undefined {
  if (archivingPluginOf(cluster)) return 'plugin';
  return cluster.at('spec', 'backup', 'barmanObjectStore') ? 'barmanObjectStore' : undefined;
}

export const isBarmanPlugin = (item: Place): boolean => fieldOf(item, 'name') === barmanPlugin;

/** A place of an object store in which a cluster keeps its WAL and backups. */
export interface Archive {
  readonly store: string;
  readonly server: string;
  readonly place: Place;
}

/** The archive that a cluster writes; undefined where that is not known. */
export function archiveWritten(cluster: Resource): Archive | undefined {
  const plugin = archivingPluginOf(cluster);
  if (plugin) {
    if (!isBarmanPlugin(plugin)) return undefined;
    return pluginArchive(cluster, plugin, cluster.name);
  }
  const store = cluster.at('spec', 'backup', 'barmanObjectStore');
  return store && inTreeArchive(cluster, store, cluster.name);
}

/** The archive that a recovery reads: that of `bootstrap.recovery.source` among the external clusters. */
export function archiveRestored(cluster: Resource): Archive | undefined {
  const source = cluster.text('spec', 'bootstrap', 'recovery', 'source');
  const external = cluster.items('spec', 'externalClusters').find((item) => cluster.field(item, 'name') === source);
  if (source === undefined || !external) return undefined;
  const plugin = external.manifest.within(external.node, 'plugin');
  if (plugin) return pluginArchive(cluster, plugin, cluster.name);
  const store = external.manifest.within(external.node, 'barmanObjectStore');
  return store && inTreeArchive(cluster, store, source);
}

/** Without `serverName` the folder has the name of the Cluster that is restored, also where a restore reads it. */
function pluginArchive(cluster: Resource, place: Place, name: string): Archive | undefined {
  const store = cluster.field(place, 'parameters', 'barmanObjectName');
  if (store === undefined) return undefined;
  return { store, server: cluster.field(place, 'parameters', 'serverName') ?? name, place };
}

/** Without `serverName` the folder has the name of the cluster, or of the external cluster. */
function inTreeArchive(cluster: Resource, place: Place, name: string): Archive {
  const endpoint = cluster.field(place, 'endpointURL') ?? '';
  const path = (cluster.field(place, 'destinationPath') ?? '').replace(/\/+$/, '');
  return { store: `${endpoint} ${path}`, server: cluster.field(place, 'serverName') ?? name, place };
}

/**
 * The ObjectStores that a Cluster names, with where it does.
 * @param by `plugins`: only those that it writes to
 */
export function storesNamed(cluster: Resource, by?: 'plugins'): { name: string; place: Place }[] {
  const plugins = cluster.items('spec', 'plugins').filter(isBarmanPlugin);
  const external = cluster
    .items('spec', 'externalClusters')
    .flatMap((item) => item.manifest.within(item.node, 'plugin') ?? [])
    .filter(isBarmanPlugin);
  return [...plugins, ...(by ? [] : external)].flatMap((item) => {
    const place = item.manifest.within(item.node, 'parameters', 'barmanObjectName');
    const name = cluster.field(item, 'parameters', 'barmanObjectName');
    return place && name !== undefined ? [{ name, place }] : [];
  });
}

/** Whether anything here shows that the Barman Cloud plugin is installed: an ObjectStore, or what deploys it. */
export const hasPlugin = ({ objectStores, resources }: Inventory): boolean =>
  objectStores.length > 0 ||
  resources.some(
    ({ kind, name }) =>
      /^(?:HelmRelease|Application|HelmChart|Deployment)$/.test(kind) && name.includes('barman-cloud'),
  );

/** A schedule of daily base backups. */
export function dailySchedule(cluster: Resource, archiver: Archiver): AddedObject {
  const plugin = { method: 'plugin', pluginConfiguration: { name: barmanPlugin } };
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'ScheduledBackup',
    metadata: { name: `${cluster.name}-daily`, ...(cluster.namespace ? { namespace: cluster.namespace } : {}) },
    spec: {
      schedule: '0 0 2 * * *',
      backupOwnerReference: 'self',
      cluster: { name: cluster.name },
      ...(archiver === 'plugin' ? plugin : {}),
    },
  };
}
