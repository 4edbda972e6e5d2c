/**
 * pooler-delete: the pod of one PgBouncer is deleted as `kubectl delete pod` does. PgBouncer takes no new client and ends
 * when the last one has left, or when the grace period is over; the Deployment starts another pod at once.
 */
import type { Fault } from '../../../faults/contract.ts';
import { until } from '../../../wait.ts';
import { isReady, type Pod, type Pooler, podKind, poolerKind, refTo } from '../objects.ts';
import { backWithinMs } from './back.ts';
import { type PoolersAt, poolerOnNode, poolerPods } from './pooler.ts';

export const poolerDelete: Fault<PoolersAt> = {
  async prepare(at, target) {
    const { kube, site } = at;
    const { name } = await poolerOnNode(at, target);
    const ref = refTo(podKind, name, site.namespace);
    return {
      how: { pod: name },
      breakIt: () => kube.delete(ref),
      prove: async () => {
        const going = async () => {
          const pod = await kube.read<Pod>(ref);
          return !pod || pod.metadata.deletionTimestamp !== undefined ? true : undefined;
        };
        await until(going, { withinMs: 10_000, what: `the deletion of ${name} to begin` });
        return `the API calls ${name} deleted`;
      },
    };
  },
  async heal(at) {
    const { kube, site } = at;
    const pooler = await kube.read<Pooler>(refTo(poolerKind, site.pooler, site.namespace));
    const wanted = pooler?.spec.instances ?? 1;
    const ready = async () => {
      const pods = (await poolerPods(at)).filter(isReady);
      return pods.length >= wanted ? pods.length : undefined;
    };
    const what = `${wanted} pods of the Pooler ${site.pooler} to be ready`;
    const found = await until(ready, { withinMs: backWithinMs, everyMs: 500, what });
    return `${found} pods of the Pooler ${site.pooler} are ready`;
  },
};
