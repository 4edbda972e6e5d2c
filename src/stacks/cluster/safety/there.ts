/** What remains of a Cluster while its faults are undone: a namespace may be on its way out, an instance may have gone for good. */
import { contractOf, type FaultKind } from '../../../faults/index.ts';
import type { UndoRecord } from '../../../faults/target.ts';
import { UnknownKindError } from '../../cnpg/api/rest.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { instanceSelector } from '../../cnpg/names.ts';
import { type Cluster, clusterKind, type Pod, podKind, refTo } from '../../cnpg/objects.ts';

export interface There {
  readonly name: string;
  /** Why nothing of the Cluster will be ready again: it, its namespace or its kind is gone or on its way out. Undefined where it stays. */
  readonly gone: string | undefined;
  /** As the operator names them; undefined where it has not named them yet. */
  readonly instances: readonly string[] | undefined;
  readonly pods: readonly Pod[];
}

/** @throws the API's error where the Cluster may not be read: that is not the same as gone */
export async function lookThere({ kube, site }: ClusterAt): Promise<There> {
  const { cluster: name, namespace } = site;
  const cluster = await kube.read<Cluster>(refTo(clusterKind, name, namespace)).catch((error: unknown) => {
    // The operator was removed, and its kinds with it.
    if (error instanceof UnknownKindError) return undefined;
    throw error;
  });
  const pods = await kube.list<Pod>(podKind, namespace, instanceSelector(name));
  const leaving = cluster?.metadata.deletionTimestamp !== undefined;
  // Kubernetes deletes the Cluster with its namespace, so that the namespace need not be read.
  const gone =
    cluster && !leaving ? undefined : `the Cluster ${name} ${leaving ? 'is being deleted' : 'no longer exists'}`;
  return { name, gone, instances: cluster?.status?.instanceNames, pods };
}

/**
 * Why a fault has no target any more, so that waiting for it would never end; undefined where it has one. A record that names
 * a node without an instance of this Cluster has none either: nothing shows that a drill wrote it.
 */
export function whyNoTarget(
  { name, gone, instances, pods }: There,
  fault: FaultKind,
  how: UndoRecord['how'],
): string | undefined {
  if (gone) return gone;
  const { pod, node, uid } = how;
  if (contractOf(fault)?.target === 'pooler') return undefined;
  if (
    typeof pod === 'string' &&
    instances &&
    !instances.includes(pod) &&
    !pods.some(({ metadata }) => metadata.name === pod)
  )
    return `${pod} is no longer an instance of ${name}`;
  if (!contractOf(fault)?.onCluster?.agent || typeof node !== 'string') return undefined;
  const on = pods.filter(({ spec }) => spec.nodeName === node);
  if (on.length === 0) return `no instance of ${name} runs on ${node}`;
  return typeof uid === 'string' && !on.some(({ metadata }) => metadata.uid === uid)
    ? `the pod of ${pod} that was on ${node} no longer exists`
    : undefined;
}
