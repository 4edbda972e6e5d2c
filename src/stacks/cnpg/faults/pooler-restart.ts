/**
 * pooler-restart: a rolling restart of a Pooler. Its pods are deleted as `kubectl delete pod` does, the next one once as many
 * are ready again as the Pooler wants. A change of the Deployment would do the same, with the right to run anything in it.
 */
import type { Fault, PreparedFault } from '../../../faults/contract.ts';
import type { Pod } from '../objects.ts';
import type { ClusterAt } from './at.ts';
import { word } from './fault.ts';
import { type PoolersAt, poolerOnNode, poolerPods } from './pooler.ts';
import { deletePod, poolerWhole, proveDeleted } from './pooler-delete.ts';

export const poolerRestart: Fault<PoolersAt> = {
  async prepare(at, target) {
    await poolerOnNode(at, target);
    return restartOf(at, at.site.pooler, await poolerPods(at));
  },
  heal: (at, how) => poolerWhole(at, word(how, 'pooler')),
};

/** @param pods of the Pooler, in the order in which they are replaced; one at least */
export function restartOf(at: ClusterAt, pooler: string, pods: readonly Pod[]): PreparedFault {
  const [first, ...others] = pods;
  return {
    how: { pooler },
    breakIt: () => deletePod(at, first!),
    prove: async () => {
      await proveDeleted(at, first!);
      for (const next of others) {
        await poolerWhole(at, pooler);
        await deletePod(at, next);
        await proveDeleted(at, next);
      }
      return `the API calls ${pods.length} pods of the Pooler ${pooler} deleted, one after the other`;
    },
  };
}
