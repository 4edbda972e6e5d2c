/** How a Cluster replicates. */
import { atLeast } from '../documentation.ts';
import { fieldOf, type Place } from '../text/manifest.ts';
import { archiverOf } from './backup.ts';
import { serviceEnds, usesOfHost } from './endpoints.ts';
import type { Inventory } from './inventory.ts';
import type { Resource } from './resource.ts';

const synchronous = ['spec', 'postgresql', 'synchronous'] as const;

export const instancesOf = (cluster: Resource): number => cluster.number('spec', 'instances') ?? 1;

/** Whether the Cluster says that it has one instance, and so no standby; not where the number is not written or not known. */
export const isAlone = (cluster: Resource): boolean =>
  cluster.manifest.at('spec', 'instances') !== undefined && cluster.reference('spec', 'instances') === '1';

/** Whether commits wait for a standby: `postgresql.synchronous`, or the older `minSyncReplicas`. */
export const isSynchronous = (cluster: Resource): boolean => synchronousStandbys(cluster) > 0;

/** How many standbys a commit waits for; 0 where it waits for none. */
export function synchronousStandbys(cluster: Resource): number {
  if (cluster.at(...synchronous)) return cluster.number(...synchronous, 'number') ?? 1;
  return cluster.number('spec', 'minSyncReplicas') ?? 0;
}

/** The settings that make commits wait for one standby, and a failover keep what was acknowledged. */
export function synchronousSettings(
  instances: number,
  { owner: { installed } }: Resource,
): { method: string; number: number; [field: string]: unknown } {
  const has = (release: string) => installed === undefined || atLeast(installed.version, release);
  // With two instances `required` would stop all writes when either is lost.
  if (instances < 3) return { method: 'any', number: 1, dataDurability: 'preferred' };
  // Before 1.25 all synchronous replication is what `required` is now.
  const durability = has('1.25') ? { dataDurability: 'required' } : {};
  return { method: 'any', number: 1, ...durability, ...(has('1.28') && { failoverQuorum: true }) };
}

/** Whether a failover waits until a quorum proves that the candidate has every acknowledged commit. */
export const hasFailoverQuorum = (cluster: Resource): boolean =>
  cluster.flag(...synchronous, 'failoverQuorum') === true ||
  cluster.reference('metadata', 'annotations', 'alpha.cnpg.io/failoverQuorum') === 'true';

/** Whether the whole cluster follows another one, and takes no writes of its own. */
export function isReplicaCluster(cluster: Resource): boolean {
  const primary = cluster.text('spec', 'replica', 'primary');
  if (primary !== undefined) return primary !== (cluster.text('spec', 'replica', 'self') ?? cluster.name);
  return cluster.flag('spec', 'replica', 'enabled') === true;
}

/**
 * Whether this is a throw-away restore: one instance, made by recovery, that nothing else refers to, or a template of one
 * that a script fills in.
 */
export function isThrowAwayRestore(cluster: Resource, inventory: Inventory): boolean {
  if (cluster.at('spec', 'bootstrap', 'recovery') === undefined || instancesOf(cluster) !== 1) return false;
  return isPart(cluster) || isStepOfRecovery(cluster, inventory) || !isServing(cluster, inventory);
}

/** Whether the Cluster archives or manages roles, or an object here depends on it. */
export const isServing = (cluster: Resource, inventory: Inventory): boolean =>
  inventory.poolersOf(cluster).length > 0 ||
  inventory.schedulesOf(cluster).length > 0 ||
  inventory.databasesOf(cluster).length > 0 ||
  cluster.items('spec', 'managed', 'roles').length > 0 ||
  archiverOf(cluster) !== undefined ||
  serviceEnds.some((end) => usesOfHost(inventory, cluster.name + end, cluster).length > 0);

/** A loose manifest that restores a Cluster which a kustomization deploys: it is applied by hand, and replaced again. */
function isStepOfRecovery(cluster: Resource, inventory: Inventory): boolean {
  const deployed = inventory.once(
    'deployed clusters',
    () => new Set(inventory.clusters.filter(({ owner }) => owner.unit !== '').map(({ title }) => title)),
  );
  return cluster.owner.unit === '' && deployed.has(cluster.title);
}

/** Whether a plain file has a variable for a name: a template, whose other parts may be anywhere. */
export const isPart = (cluster: Resource): boolean => cluster.owner.unit === '' && cluster.name.includes('$');

/** Whether instances are kept on different nodes. */
export function isSpread(cluster: Resource): boolean {
  const enabled = cluster.flag('spec', 'affinity', 'enablePodAntiAffinity') !== false;
  if (enabled && cluster.text('spec', 'affinity', 'podAntiAffinityType') === 'required') return true;
  const required = ['spec', 'affinity', 'additionalPodAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];
  if (cluster.items(...required).length > 0) return true;
  return cluster
    .items('spec', 'topologySpreadConstraints')
    .some((item) => cluster.field(item, 'whenUnsatisfiable') === 'DoNotSchedule');
}

const hostname = 'kubernetes.io/hostname';

/** Whether the Cluster is bound to one node by its name: no second instance could run beside the first one's node. */
export function isPinned(cluster: Resource): boolean {
  if (cluster.manifest.at('spec', 'affinity', 'nodeSelector', hostname)) return true;
  const terms = cluster.manifest.items(
    ...['spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'],
  );
  const isOneHost = (term: Place) =>
    term.manifest
      .itemsOf(term.manifest.within(term.node, 'matchExpressions')?.node)
      .some(
        (expression) =>
          fieldOf(expression, 'key') === hostname &&
          fieldOf(expression, 'operator') === 'In' &&
          expression.manifest.itemsOf(expression.manifest.within(expression.node, 'values')?.node).length === 1,
      );
  return terms.length === 1 && isOneHost(terms[0]!);
}

const storageClassOf = ({ manifest }: Resource): string =>
  manifest.text('spec', 'storage', 'storageClass') ??
  manifest.text('spec', 'storage', 'pvcTemplate', 'storageClassName') ??
  '';

/** Storage classes that keep a volume on one node: an instance never moves away from it. A variable is none of them. */
export const hasLocalVolumes = (cluster: Resource): boolean =>
  /local|hostpath|topolvm|openebs-(?:lvm|zfs)|host-path|directpv/i.test(storageClassOf(cluster));

/** Storage classes whose volumes outlive a node: replicated storage, disks of a cloud and of a SAN, by their usual names. */
export const hasDetachableVolumes = (cluster: Resource): boolean =>
  !hasLocalVolumes(cluster) &&
  /ceph|rook|rbd|longhorn|linstor|piraeus|drbd|mayastor|jiva|cstor|portworx|\bpx-|storageos|vitastor|\bebs\b|\bgp[23]\b|\bio[12]\b|premium-rwo|standard-rwo|hyperdisk|\bpd-|managed-(?:csi|premium)|azuredisk|cinder|hcloud|do-block|linode-block|vultr|oci-bv|\bbsu\b|vsphere|iscsi|synology|truenas|\bnfs\b/i.test(
    storageClassOf(cluster),
  );
