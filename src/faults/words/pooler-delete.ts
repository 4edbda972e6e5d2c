import type { FaultContract } from '../contract.ts';
import { pod } from '../undo-schema.ts';

export const poolerDelete = {
  means: 'the pooler’s pod is deleted as `kubectl delete pod` does: it takes no new client and waits for those it has',
  says: (it) => `the pod of ${it} was deleted`,
  provedBy: 'the platform calls it deleted',
  undoneBy: 'the platform starts another in its place',
  target: 'pooler',
  ends: 'when-healed',
  healingEndsOutage: false,
  takeover: false,
  undo: { k3s: pod },
  trial: {},
} as const satisfies FaultContract;
