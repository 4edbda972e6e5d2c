/**
 * pooler-delete: the pod of one PgBouncer is deleted as `kubectl delete pod` does. PgBouncer takes no new client and ends
 * when the last one has left, or when the grace period is over; the Deployment starts another pod at once.
 */
import type { Fault, PreparedFault } from '../../../faults/contract.ts';
import { until } from '../../../wait.ts';
import { isReady, type Pod, type Pooler, podKind, poolerKind, refTo } from '../objects.ts';
import type { ClusterAt } from './at.ts';
import { backWithinMs } from './back.ts';
import { type PoolersAt, podsOfPooler, poolerOnNode } from './pooler.ts';

export const poolerDelete: Fault<PoolersAt> = {
  async prepare(at, target) {
    const { name } = await poolerOnNode(at, target);
    return { how: { pod: name }, ...deletionOf(at, name) };
  },
  heal: (at) => poolerWhole(at, at.site.pooler),
};

/** Deletes a pod of a Pooler. */
export function deletionOf({ kube, site }: ClusterAt, pod: string): Pick<PreparedFault, 'breakIt' | 'prove'> {
  const ref = refTo(podKind, pod, site.namespace);
  return {
    breakIt: () => kube.delete(ref),
    prove: async () => {
      const going = async () => {
        const now = await kube.read<Pod>(ref);
        return !now || now.metadata.deletionTimestamp !== undefined ? true : undefined;
      };
      await until(going, { withinMs: 10_000, what: `the deletion of ${pod} to begin` });
      return `the API calls ${pod} deleted`;
    },
  };
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
  return `${found} pods of the Pooler ${name} are ready`;
}
