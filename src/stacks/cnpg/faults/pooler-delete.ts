/**
 * pooler-delete: the pod of one PgBouncer is deleted as `kubectl delete pod` does. PgBouncer takes no new client and ends
 * when the last one has left, or when the grace period is over; the Deployment starts another pod at once.
 */
import type { Fault } from '../../../faults/contract.ts';
import { until } from '../../../wait.ts';
import { isReady, type Pod, type Pooler, podKind, poolerKind, refTo } from '../objects.ts';
import type { ClusterAt } from './at.ts';
import { backWithinMs } from './back.ts';
import { type PoolersAt, podsOfPooler, poolerOnNode } from './pooler.ts';

/** A pod, as far as it takes to recognise it. */
type Named = Pick<Pod, 'metadata'>;

export const poolerDelete: Fault<PoolersAt> = {
  async prepare(at, target) {
    const { name, uid } = await poolerOnNode(at, target);
    const pod = { metadata: { name, uid } };
    return { how: { pod: name }, breakIt: () => deletePod(at, pod), prove: () => proveDeleted(at, pod) };
  },
  heal: (at) => poolerWhole(at, at.site.pooler),
};

/** Asks for the deletion of a pod, which the operator's Deployment replaces. */
export const deletePod = ({ kube, site }: ClusterAt, { metadata }: Named): Promise<void> =>
  kube.delete(refTo(podKind, metadata.name, site.namespace));

/** Waits until it is on its way out. @throws SetupError where it is not in time */
export async function proveDeleted({ kube, site }: ClusterAt, { metadata: { name, uid } }: Named): Promise<string> {
  const going = async () => {
    const now = await kube.read<Pod>(refTo(podKind, name, site.namespace));
    return !now || now.metadata.uid !== uid || now.metadata.deletionTimestamp !== undefined ? true : undefined;
  };
  await until(going, { withinMs: 10_000, what: `the deletion of ${name} to begin` });
  return `the API calls ${name} deleted`;
}

/** Waits until a Pooler has as many pods that are ready as it wants. @throws SetupError where it has not in time */
export async function poolerWhole(at: ClusterAt, name: string, withinMs = backWithinMs): Promise<string> {
  const { kube, site } = at;
  const poolers = await kube.list<Pooler>(poolerKind, site.namespace);
  const pooler = poolers.find(({ metadata }) => metadata.name === name);
  if (!pooler) return `the Pooler ${name} no longer exists`;
  const wanted = pooler.spec.instances ?? 1;
  const ready = async () => {
    const pods = (await podsOfPooler(at, name)).filter(isReady);
    return pods.length >= wanted ? pods.length : undefined;
  };
  const what = `${wanted} pods of the Pooler ${name} to be ready`;
  const found = await until(ready, { withinMs, everyMs: 500, what });
  return `every pod of the Pooler ${name} is ready (${found})`;
}
