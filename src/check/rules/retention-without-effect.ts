import { isMap } from 'yaml';
import { type Edit, removeEntry } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { archivingPlugin, cluster } from '../example.ts';
import type { Rule } from '../finding.ts';
import { archivingPluginOf, isBarmanPlugin } from '../objects/backup.ts';
import type { Resource } from '../objects/resource.ts';
import type { Place } from '../text/manifest.ts';

/** The plugin reads the retention policy of the ObjectStore. */
export const retentionWithoutEffect: Rule = {
  id: 'retention-without-effect',
  severity: 'warning',
  title: 'retention policy that has no effect',
  documentation: cnpg('backup', 'retention-policies'),
  explanation:
    '`spec.backup.retentionPolicy` belongs to in-tree Barman. A Cluster that archives with the Barman Cloud plugin ignores ' +
    'it: the policy belongs into `spec.retentionPolicy` of the ObjectStore, and without one there nothing is deleted. ' +
    'The line does not delete volume snapshots either.',
  bad: cluster(`instances: 1${archivingPlugin}\nbackup:\n  retentionPolicy: 30d`),
  check: eachCluster(function* (resource, inventory) {
    const plugin = archivingPluginOf(resource);
    const at = resource.at('spec', 'backup', 'retentionPolicy');
    if (!at || resource.at('spec', 'backup', 'barmanObjectStore') || (plugin && !isBarmanPlugin(plugin))) return;
    const store = plugin && resource.field(plugin, 'parameters', 'barmanObjectName');
    const stores = store === undefined ? [] : inventory.named('ObjectStore', store, resource);
    const policy = policyOf(stores, resource);
    // A line that says what the ObjectStore says too misleads nobody.
    if (policy === 'same') return;
    yield {
      resource,
      at,
      message: plugin
        ? `${resource.name} archives with the Barman Cloud plugin, which ignores this line: ` +
          consequences[policy](`the ObjectStore${store === undefined ? '' : ` ${store}`}`)
        : `The policy is for spec.backup.barmanObjectStore, which ${resource.name} does not have: it deletes nothing, ` +
          `volume snapshots neither.`,
      change: policy === 'missing' ? inStores(stores, resource) : withoutLine(resource, at),
    };
  }),
};

type Policy = 'set' | 'missing' | 'unknown' | 'same';

/** Whether the ObjectStore has a retention policy of its own; unknown where it is not among the manifests. */
function policyOf(stores: readonly Resource[], cluster: Resource): Policy {
  if (stores.length === 0) return 'unknown';
  const own = cluster.reference('spec', 'backup', 'retentionPolicy');
  if (stores.every((one) => one.reference('spec', 'retentionPolicy') === own)) return 'same';
  return stores.every(({ manifest }) => manifest.at('spec', 'retentionPolicy')) ? 'set' : 'missing';
}

/** The ObjectStore gets the policy that is meant; a line that says the same may stay. */
const inStores = (stores: readonly Resource[], cluster: Resource): Edit[] =>
  stores.flatMap((store) =>
    store.set(['spec', 'retentionPolicy'], cluster.reference('spec', 'backup', 'retentionPolicy')),
  );

const withoutLine = (cluster: Resource, at: Place): Edit[] =>
  cluster.isExpanded || cluster.owner.unit !== ''
    ? []
    : [removeEntry(isOnly(cluster) ? cluster.at('spec', 'backup')! : at)];

const consequences: Readonly<Record<Exclude<Policy, 'same'>, (store: string) => string>> = {
  set: (store) => `the policy of ${store} counts.`,
  missing: (store) => `old backups are never deleted. Set spec.retentionPolicy of ${store} instead.`,
  unknown: (store) => `old backups are deleted only if ${store} has a spec.retentionPolicy. Set it there instead.`,
};

function isOnly(resource: Resource): boolean {
  const node = resource.at('spec', 'backup')?.node;
  return isMap(node) && node.items.length === 1;
}
