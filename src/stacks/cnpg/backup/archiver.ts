/** What backs a Cluster up: Barman in the tree, which CloudNativePG 1.31 no longer has, or the Barman Cloud plugin. */

import { SetupError } from '../../../errors.ts';
import { barmanPlugin, objectStoreKind, pluginMethod } from '../../../kubernetes/barman-plugin.ts';
import type { ClusterAt } from '../faults/at.ts';
import { type Cluster, type KubeObject, refTo } from '../objects.ts';

/** Where backups are, as both say it. */
export interface BarmanObjectStore {
  readonly destinationPath: string;
  readonly endpointURL?: string;
  readonly serverName?: string;
}
export interface Archiver {
  /** As reports call it. */
  readonly name: string;
  readonly byPlugin: boolean;
  readonly configuration: BarmanObjectStore;
  /** The Cluster's folder in the store. */
  readonly server: string;
  /** What Backups and ScheduledBackups say of it. */
  readonly method: Readonly<Record<string, unknown>>;
}

interface Plugin {
  readonly name: string;
  readonly enabled?: boolean;
  readonly isWALArchiver?: boolean;
  readonly parameters?: { readonly barmanObjectName?: string; readonly serverName?: string };
}
interface StoreObject extends KubeObject {
  readonly spec: { readonly configuration: BarmanObjectStore };
}

/** A plugin that archives takes the place of Barman in the tree. @throws SetupError where nothing that is known archives */
export async function archiverOf({ kube, site }: ClusterAt, cluster: Cluster): Promise<Archiver> {
  const plugins = (cluster.spec.plugins ?? []) as readonly Plugin[];
  const plugin = plugins.find(({ enabled, isWALArchiver }) => isWALArchiver && enabled !== false);
  if (!plugin) return inTree(cluster);
  if (plugin.name !== barmanPlugin)
    throw new SetupError(
      `the WAL of the Cluster ${site.cluster} is archived by the plugin ${plugin.name}; drills can restore what ${barmanPlugin} or spec.backup.barmanObjectStore archives`,
    );
  const { barmanObjectName = '', serverName = site.cluster } = plugin.parameters ?? {};
  const store = await kube.read<StoreObject>(refTo(objectStoreKind, barmanObjectName, site.namespace));
  if (!store)
    throw new SetupError(
      `the Cluster ${site.cluster} archives to the ObjectStore ${barmanObjectName}, which is not in ${site.namespace}`,
    );
  return {
    name: `plugin ${barmanPlugin}`,
    byPlugin: true,
    configuration: store.spec.configuration,
    server: serverName,
    method: pluginMethod,
  };
}

function inTree(cluster: Cluster): Archiver {
  const { name } = cluster.metadata;
  const { barmanObjectStore } = (cluster.spec.backup ?? {}) as { barmanObjectStore?: BarmanObjectStore };
  if (!barmanObjectStore)
    throw new SetupError(
      `the Cluster ${name} has neither spec.backup.barmanObjectStore nor a plugin that archives, so there are no backups`,
    );
  return {
    name: 'barmanObjectStore',
    byPlugin: false,
    configuration: barmanObjectStore,
    server: barmanObjectStore.serverName ?? name,
    method: { method: 'barmanObjectStore' },
  };
}
