/** pooler-delete on a cluster that others run: the first pod behind a way of the clients is deleted, as `kubectl delete pod` does. */
import type { Fault } from '../../../faults/contract.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { deletePod, poolerWhole, proveDeleted } from '../../cnpg/faults/pooler-delete.ts';
import { type DrilledAt, poolerAimedAt } from './poolers.ts';

export const poolerDelete: Fault<DrilledAt, ClusterAt> = {
  async prepare(at, target) {
    const { pooler, pods } = await poolerAimedAt(at, target);
    const pod = pods[0]!;
    return {
      how: { pooler: pooler.metadata.name, pod: pod.metadata.name },
      breakIt: () => deletePod(at, pod),
      prove: () => proveDeleted(at, pod),
    };
  },
  heal: (at, how) => poolerWhole(at, word(how, 'pooler')),
};
