import { isMap } from 'yaml';
import { removeEntry } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { archivingPlugin, cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { archivingPluginOf, isBarmanPlugin } from '../objects/backup.ts';
import type { Resource } from '../objects/resource.ts';

/** The plugin reads the retention policy of the ObjectStore. */
export const retentionWithoutEffect: Rule = {
  id: 'retention-without-effect',
  severity: 'warning',
  title: 'retention policy that has no effect',
  documentation: cnpg('backup', 'retention-policies'),
  explanation:
    '`spec.backup.retentionPolicy` belongs to in-tree Barman. A Cluster that archives with the Barman Cloud plugin ignores ' +
    'it: nothing is deleted. The policy belongs into `spec.retentionPolicy` of the ObjectStore. It does not delete volume ' +
    'snapshots either.',
  bad: cluster(`instances: 1${archivingPlugin}\nbackup:\n  retentionPolicy: 30d`),
  check: eachCluster(function* (resource) {
    const plugin = archivingPluginOf(resource);
    const at = resource.at('spec', 'backup', 'retentionPolicy');
    if (!at || resource.at('spec', 'backup', 'barmanObjectStore') || (plugin && !isBarmanPlugin(plugin))) return;
    const store = plugin && resource.field(plugin, 'parameters', 'barmanObjectName');
    yield {
      resource,
      at,
      message: plugin
        ? `${resource.name} archives with the Barman Cloud plugin, which ignores this policy: old backups are never ` +
          `deleted. Set spec.retentionPolicy of the ObjectStore ${store ?? ''} instead.`
        : `The policy is for spec.backup.barmanObjectStore, which ${resource.name} does not have: it deletes nothing, ` +
          `volume snapshots neither.`,
      change:
        resource.isExpanded || resource.owner.unit !== ''
          ? []
          : [removeEntry(isOnly(resource) ? resource.at('spec', 'backup')! : at)],
    };
  }),
};

function isOnly(resource: Resource): boolean {
  const node = resource.at('spec', 'backup')?.node;
  return isMap(node) && node.items.length === 1;
}
