import { cnpg } from '../documentation.ts';
import { each } from '../each.ts';
import { objectStore } from '../example.ts';
import type { Rule } from '../finding.ts';
import { archiveWritten, storesNamed } from '../objects/backup.ts';
import type { Inventory } from '../objects/inventory.ts';
import { type Resource, sameNamespace } from '../objects/resource.ts';

/** Without a retention policy every backup and all WAL stay for ever. */
export const retentionMissing: Rule = {
  id: 'retention-missing',
  severity: 'info',
  onlyInProduction: true,
  title: 'backups are never deleted',
  documentation: cnpg('backup', 'retention-policies'),
  explanation:
    'No retention policy is set, so that base backups and WAL stay in the object store until something else deletes ' +
    'them. Accept it where the bucket has a lifecycle rule of its own. Such a rule must keep a base backup and all WAL ' +
    'since it together.',
  bad: objectStore('configuration:\n  destinationPath: s3://backups/'),
  meant: { anywhere: /\b(?:lifecycle|prun(?:e|ed|ing)|expir(?:e|es|ed|y))\b/i },
  check: each(
    ({ objectStores, clusters }) => [...objectStores, ...clusters],
    function* (resource, inventory) {
      const at = storeOf(resource);
      if (!at || isOnlyRead(resource, inventory)) return;
      const path =
        resource.kind === 'ObjectStore' ? ['spec', 'retentionPolicy'] : ['spec', 'backup', 'retentionPolicy'];
      if (resource.at(...path) || isMisplaced(resource, inventory)) return;
      yield {
        resource,
        at,
        message: `No retentionPolicy: base backups and WAL are never deleted, and the object store grows without bound.`,
        change: resource.set(path, '30d'),
      };
    },
  ),
};

const storeOf = (resource: Resource) =>
  resource.kind === 'ObjectStore'
    ? resource.nearest('spec', 'configuration')
    : resource.at('spec', 'backup', 'barmanObjectStore');

/** Whether a Cluster that writes to the store holds the policy, where it has no effect: retention-without-effect says so. */
const isMisplaced = (resource: Resource, { clusters }: Inventory): boolean =>
  resource.kind === 'ObjectStore' &&
  clusters.some(
    (cluster) =>
      cluster.manifest.at('spec', 'backup', 'retentionPolicy') !== undefined &&
      cluster.manifest.at('spec', 'backup', 'barmanObjectStore') === undefined &&
      sameNamespace(cluster, resource) &&
      archiveWritten(cluster)?.store === resource.name,
  );

/** A store that Clusters restore from and none writes to keeps what it has. */
function isOnlyRead(resource: Resource, inventory: Inventory): boolean {
  if (resource.kind !== 'ObjectStore') return false;
  const users = inventory.clusters.filter((cluster) => storesNamed(cluster).some(({ name }) => name === resource.name));
  return users.length > 0 && users.every((cluster) => archiveWritten(cluster)?.store !== resource.name);
}
