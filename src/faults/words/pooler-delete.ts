import type { FaultContract } from '../contract.ts';
import { right } from '../right.ts';
import { pod, poolerAndPod } from '../undo-schema.ts';

export const poolerDelete = {
  means: 'the pooler’s pod is deleted as `kubectl delete pod` does: it takes no new client and waits for those it has',
  says: (it) => `the pod of ${it} was deleted`,
  provedBy: 'the platform calls it deleted',
  undoneBy: 'the platform starts another in its place',
  target: 'pooler',
  ends: 'when-healed',
  healingEndsOutage: false,
  takeover: false,
  onCluster: { rights: [right('', 'pods', 'delete', 'deletes a pod of a Pooler')] },
  undo: { k3s: pod, cluster: poolerAndPod },
  trial: {},
} as const satisfies FaultContract;
