/** How a Cluster is backed up. */
import type { Inventory } from './inventory.ts';
import type { Place } from './manifest.ts';
import { textOf } from './nodes.ts';
import type { Resource } from './resource.ts';

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
