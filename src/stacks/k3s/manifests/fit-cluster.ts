/** Fits a Cluster to the drill's own Kubernetes: images, storage, placement, sizes, and what it was created from. */
import { UsageError } from '../../../errors.ts';
import { bytesOf } from '../../cnpg/objects.ts';
import { imageOf } from '../images.ts';
import { type Fitting, type Mutable, placeOf } from './change.ts';
import { quantity, shrinkMemory, shrinkProcessors } from './resources.ts';
import { memoryAtLeast, type Surroundings, storageClass } from './surroundings.ts';

/** NodePorts lead to so many instances. */
const mostInstances = 9;
const operandRepository = 'ghcr.io/cloudnative-pg/postgresql';

const elsewhere = 'the nodes of the drill do not have it';

/** @throws UsageError where the instances do not fit */
export function fitCluster(fitting: Fitting, cluster: Mutable, around: Surroundings): void {
  refuseTooMany(fitting, cluster, around);
  fitImage(fitting, cluster, around);
  fitStorage(fitting, cluster);
  fitPlacement(fitting, cluster);
  fitSizes(fitting, cluster, around);
  fitOrigin(fitting, cluster);
  fitSurface(fitting, cluster);
}

function refuseTooMany(fitting: Fitting, { spec, metadata }: Mutable, { memoryPerInstance }: Surroundings): void {
  const place = placeOf(fitting.placed(fitting.of('Cluster')[0]));
  if (spec.instances > mostInstances)
    throw new UsageError(
      `${place}: the k3s stack stands up ${mostInstances} instances at most, but the Cluster ${metadata.name} has ${spec.instances}`,
    );
  if (memoryPerInstance < memoryAtLeast)
    throw new UsageError(
      `${place}: the Cluster ${metadata.name} has ${spec.instances} instances, for each of which this machine has ${quantity(Math.max(0, memoryPerInstance))} of memory, but ${quantity(memoryAtLeast)} are needed; use a larger machine or fewer instances`,
    );
}

function fitImage(fitting: Fitting, cluster: Mutable, { images }: Surroundings): void {
  const { spec } = cluster;
  if (images.length > 0 && !images.includes(spec.imageName)) {
    const image = imageOf(operandRepository, images);
    const why = 'no image can be pulled, and this is the one that the nodes import';
    fitting.remove(cluster, ['spec', 'imageCatalogRef'], why);
    fitting.set(cluster, ['spec', 'imageName'], image, why);
  }
  fitting.remove(
    cluster,
    ['spec', 'imagePullPolicy'],
    'the operator’s default asks no registry for an image that a node has',
  );
  fitting.remove(cluster, ['spec', 'imagePullSecrets'], 'the drill has no account of a registry');
}

function fitStorage(fitting: Fitting, cluster: Mutable): void {
  const { spec } = cluster;
  const tablespaces: (string | number)[][] = (spec.tablespaces ?? []).map((_: unknown, i: number) => [
    'tablespaces',
    i,
    'storage',
  ]);
  const volumes = [['storage'], ['walStorage'], ...tablespaces];
  for (const path of volumes) {
    const volume = path.reduce((at, key) => at?.[key], spec);
    if (!volume) continue;
    const at = ['spec', ...path];
    const size = volume.pvcTemplate?.resources?.requests?.storage;
    if (volume.pvcTemplate) {
      fitting.remove(cluster, [...at, 'pvcTemplate'], `volumes are of the storage class ${storageClass}`);
      if (size && !volume.size) fitting.set(cluster, [...at, 'size'], size, 'the size of its pvcTemplate');
    }
    if (volume.storageClass !== undefined)
      fitting.set(
        cluster,
        [...at, 'storageClass'],
        storageClass,
        `the drill has the storage class ${storageClass} only`,
      );
  }
}

/** Nodes of the drill have no labels but their names: one instance a node is all that can be asked for. */
function fitPlacement(fitting: Fitting, cluster: Mutable): void {
  const { spec } = cluster;
  for (const field of [
    'nodeSelector',
    'nodeAffinity',
    'tolerations',
    'additionalPodAffinity',
    'additionalPodAntiAffinity',
  ])
    if (spec.affinity?.[field] !== undefined)
      fitting.remove(cluster, ['spec', 'affinity', field], 'nodes of the drill have neither its labels nor its taints');
  const key = spec.affinity?.topologyKey;
  if (key !== undefined)
    fitting.set(
      cluster,
      ['spec', 'affinity', 'topologyKey'],
      'kubernetes.io/hostname',
      'the drill has nodes, no zones',
    );
  fitting.remove(cluster, ['spec', 'topologySpreadConstraints'], 'the drill has one node for each instance, no zones');
  if (spec.postgresql?.syncReplicaElectionConstraint?.enabled)
    fitting.remove(
      cluster,
      ['spec', 'postgresql', 'syncReplicaElectionConstraint'],
      'nodes of the drill have no zone labels',
    );
  fitting.remove(cluster, ['spec', 'priorityClassName'], elsewhere);
  fitting.remove(cluster, ['spec', 'schedulerName'], 'the drill has the default scheduler only');
}

function fitSizes(fitting: Fitting, cluster: Mutable, around: Surroundings): void {
  const limit = shrinkMemory(fitting, cluster, ['spec', 'resources'], around.memoryPerInstance);
  shrinkProcessors(fitting, cluster, ['spec', 'resources'], around.processors);
  const parameters = cluster.spec.postgresql?.parameters ?? {};
  const shared = bytesOf(
    String(parameters.shared_buffers ?? '')
      .replace(/B$/, '')
      .replace(/([kMGT])$/, '$1i'),
  );
  // Admission refuses shared_buffers above the memory request.
  const request = bytesOf(String(cluster.spec.resources?.requests?.memory ?? ''));
  const quarter = Math.floor((limit ?? around.memoryPerInstance) / 4);
  const most = Number.isNaN(request) ? quarter : Math.min(quarter, request);
  if (shared > most)
    fitting.set(
      cluster,
      ['spec', 'postgresql', 'parameters', 'shared_buffers'],
      `${Math.floor(most / 2 ** 20)}MB`,
      'a quarter of the memory that an instance has here',
    );
  if (parameters.huge_pages === 'on')
    fitting.set(cluster, ['spec', 'postgresql', 'parameters', 'huge_pages'], 'try', 'the nodes have no huge pages');
}

/** A drill begins with an empty cluster of the same shape: what it was once restored or imported from is not needed. */
function fitOrigin(fitting: Fitting, cluster: Mutable): void {
  const bootstrap = cluster.spec.bootstrap ?? {};
  for (const way of ['recovery', 'pg_basebackup']) {
    if (!bootstrap[way]) continue;
    const { database, owner, secret } = bootstrap[way];
    const initdb = Object.fromEntries(Object.entries({ database, owner, secret }).filter(([, value]) => value));
    fitting.set(cluster, ['spec', 'bootstrap'], { initdb }, 'the drill begins with an empty cluster of the same shape');
  }
  if (bootstrap.initdb?.import)
    fitting.remove(cluster, ['spec', 'bootstrap', 'initdb', 'import'], 'the drill begins without data');
  fitting.remove(cluster, ['spec', 'externalClusters'], 'other clusters cannot be reached from the drill');
  fitting.remove(cluster, ['spec', 'replica'], 'other clusters cannot be reached from the drill');
}

function fitSurface(fitting: Fitting, cluster: Mutable): void {
  fitting.set(
    cluster,
    ['spec', 'enableSuperuserAccess'],
    true,
    'the drill looks into every instance as superuser, by the password that this creates',
  );
  fitting.remove(cluster, ['spec', 'certificates'], 'the operator makes certificates of its own in the drill');
  if (cluster.spec.monitoring?.enablePodMonitor)
    fitting.remove(cluster, ['spec', 'monitoring', 'enablePodMonitor'], 'the drill has no Prometheus operator');
  const annotations = cluster.metadata.annotations ?? {};
  for (const name of ['cnpg.io/hibernation', 'cnpg.io/fencedInstances', 'cnpg.io/reconciliationLoop'])
    if (annotations[name] !== undefined)
      fitting.remove(cluster, ['metadata', 'annotations', name], 'instances of the drill run');
  fitting.remove(cluster, ['metadata', 'ownerReferences'], 'its owner is not in the drill');
}
