/** How a Cluster is backed up. */
import type { Inventory } from './inventory.ts';
import type { Place } from './manifest.ts';
import { textOf } from './nodes.ts';
import type { Resource } from './resource.ts';

export const barmanPlugin = 'barman-cloud.cloudnative-pg.io';

/** Where the archiving of WAL is configured: a plugin, or the in-tree Barman; undefined where there is none. */
export function archiverOf(cluster: Resource): Place | undefined {
  const plugin = cluster.items('spec', 'plugins').find(({ manifest, node }) => {
    const field = (name: string) => textOf(manifest.within(node, name)?.node);
    return field('isWALArchiver') === 'true' && field('enabled') !== 'false';
  });
  return plugin ?? cluster.at('spec', 'backup', 'barmanObjectStore');
}

export const schedulesOf = (inventory: Inventory, cluster: Resource): Resource[] =>
  inventory.scheduledBackups.filter((schedule) => inventory.belongsTo(schedule, cluster));

/** The plugin's entry in `spec.plugins` that archives to an ObjectStore. */
export const archivingPlugin = (objectStore: string, serverName?: string): object => ({
  name: barmanPlugin,
  isWALArchiver: true,
  parameters: { barmanObjectName: objectStore, ...(serverName ? { serverName } : {}) },
});

/** The plugin's own object, with the configuration that the in-tree Barman had in the Cluster. */
export const objectStore = (
  name: string,
  namespace: string | undefined,
  configuration: unknown,
  retentionPolicy?: string,
): object => ({
  apiVersion: 'barmancloud.cnpg.io/v1',
  kind: 'ObjectStore',
  metadata: { name, ...(namespace ? { namespace } : {}) },
  spec: { ...(retentionPolicy ? { retentionPolicy } : {}), configuration },
});
