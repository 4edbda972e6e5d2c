import type { Setting } from '../change/set.ts';
import { atLeast, cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Problem, Rule } from '../finding.ts';
import { habit } from '../habit.ts';
import { isBarmanPlugin } from '../objects/backup.ts';
import type { Inventory } from '../objects/inventory.ts';
import {
  hasDetachableVolumes,
  hasLocalVolumes,
  isAlone,
  isPinned,
  isReplicaCluster,
  isSpread,
  isThrowAwayRestore,
  synchronousSettings,
} from '../objects/replication.ts';
import type { Resource } from '../objects/resource.ts';
import { isSlotBounded, slotSetting } from '../objects/wal.ts';
import type { Place } from '../text/manifest.ts';

/** A failover needs a standby. */
export const singleInstance: Rule = {
  id: 'single-instance',
  severity: 'warning',
  onlyInProduction: true,
  together: true,
  title: 'Cluster with one instance',
  documentation: cnpg('architecture'),
  explanation:
    'With one instance a failover is impossible: the database is down until its pod runs again on a node that can reach ' +
    'its volume. Accept it for development. On storage that outlives a node (Longhorn, Ceph, disks of a cloud) one ' +
    'instance is a choice, and so reported for information: its data is safe, and its outages are longer. The ' +
    'PodDisruptionBudget that the operator makes for the primary then only blocks drains; `enablePDB: false` says that ' +
    'one instance is meant. Three or more such Clusters are a choice too, which a note counts. Otherwise the change also spreads the instances and makes commits wait for a standby.',
  bad: cluster('instances: 1'),
  meant: {
    anywhere:
      /\b(?:single|one|1)[ -](?:postgres(?:ql)? )?(?:instance|replica)\b|\bno (?:HA|high availability|standbys?|failover)\b|\bnot HA\b|\b(?:scaled|reduced)\b[^.]{0,20}(?:\bto|->|→) ?(?:1|one)\b|(?<!\b(?:no|not|never) (?:an? )?)\b(?:disposable|throw-?away|ephemeral|test manifests?|test fixtures?)\b/i,
  },
  drill: 'primary-crash',
  check: eachCluster(function* (resource, inventory) {
    const at = resource.at('spec', 'instances');
    if (!at || resource.number('spec', 'instances') !== 1) return;
    // A replica cluster stands by for another one.
    if (isThrowAwayRestore(resource, inventory) || isReplicaCluster(resource) || isPinned(resource)) return;
    // On the only node a standby is lost with the primary; and a chart for restores has one instance by default.
    if (inventory.nodes === 1 || isRestoreByDefault(resource)) return;
    // A budget for one instance only blocks drains: an owner who switches it off has chosen one.
    if (resource.flag('spec', 'enablePDB') === false) return;
    if (hasDetachableVolumes(resource)) yield chosen(resource, at);
    else
      yield {
        resource,
        at,
        // Beside other Clusters the number is a choice, and not what a first manifest begins with.
        ...(hasOthers(resource, inventory) && { severity: 'info' }),
        ...(isHabit(inventory) && { isChoice: true as const }),
        message:
          `One instance has no standby to fail over to: the database is down until its pod runs again on a node that can ` +
          `reach its volume${hasLocalVolumes(resource) ? ', which is local to one node' : ''}, and ` +
          `${isBackedUp(resource) ? 'is restored from a backup if the volume is lost' : 'without a backup its data is lost with the volume'}.`,
        change: canHaveThree(resource, inventory) ? resource.setAll(threeInstances(resource)) : [],
      };
  }),
};

/** One instance on storage that outlives its node: what it costs, and the setting that makes it easier to live with. */
const chosen = (resource: Resource, at: Place): Problem => ({
  resource,
  at,
  severity: 'info',
  message:
    'One instance on storage that outlives a node: when its node is lost the data is safe, and the database is down ' +
    'until the node is back or Kubernetes has given up its pod and detached the volume, for which somebody may have to ' +
    'delete the pod by force. The PodDisruptionBudget of the primary blocks every drain of its node (kubectl drain waits ' +
    'for ever); with enablePDB: false a drain moves the instance.',
  change: resource.set(['spec', 'enablePDB'], false),
});

const hasOthers = (cluster: Resource, { clusters }: Inventory): boolean =>
  clusters.some((other) => other.base.name !== cluster.base.name);

/** Whether several Clusters have one instance, each from a manifest of its own. */
const isHabit = ({ clusters }: Inventory): boolean =>
  new Set(clusters.filter(isAlone).map(({ base }) => base)).size >= habit;

/** Whether it comes from the defaults of a chart that nothing here deploys, and restores. */
const isRestoreByDefault = ({ open, manifest }: Resource): boolean =>
  open?.isDefault === true && manifest.at('spec', 'bootstrap', 'recovery') !== undefined;

/** Where no Cluster has three instances, three are too many for what runs here; and too many for fewer nodes. */
const canHaveThree = (cluster: Resource, inventory: Inventory): boolean =>
  (inventory.nodes ?? 3) >= 3 &&
  (!hasOthers(cluster, inventory) || inventory.clusters.some((other) => instancesKnown(other) >= 3));

/** 0 where a variable that nobody knows sets the number. */
function instancesKnown(cluster: Resource): number {
  const number = Number(cluster.reference('spec', 'instances') ?? 1);
  return Number.isFinite(number) ? number : 0;
}

/** Whether the Cluster itself names a backup; what its chart may add is not known. */
const isBackedUp = ({ manifest }: Resource): boolean =>
  manifest.at('spec', 'backup', 'barmanObjectStore') !== undefined ||
  manifest.at('spec', 'backup', 'volumeSnapshot') !== undefined ||
  manifest.items('spec', 'plugins').some(isBarmanPlugin);

const protections = [
  ['spec', 'enablePDB'],
  ['spec', 'replicationSlots', 'highAvailability', 'enabled'],
  ['spec', 'probes', 'liveness', 'isolationCheck', 'enabled'],
];

function threeInstances(resource: Resource): Setting[] {
  const settings: Setting[] = [[['spec', 'instances'], 3]];
  if (!isSpread(resource)) settings.push([['spec', 'affinity', 'podAntiAffinityType'], 'required']);
  if (resource.flag('spec', 'affinity', 'enablePodAntiAffinity') === false)
    settings.push([['spec', 'affinity', 'enablePodAntiAffinity'], true]);
  const canWait = resource.owner.installed === undefined || atLeast(resource.owner.installed.version, '1.24');
  if (canWait && !resource.at('spec', 'postgresql', 'synchronous') && !resource.at('spec', 'minSyncReplicas'))
    settings.push([['spec', 'postgresql', 'synchronous'], synchronousSettings(3, resource)]);
  if (!isSlotBounded(resource)) settings.push(slotSetting(resource));
  // What does not matter to one instance protects several.
  for (const path of protections) if (resource.flag(...path) === false) settings.push([path, true]);
  return settings;
}
