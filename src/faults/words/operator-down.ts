import type { FaultContract } from '../contract.ts';
import { right } from '../right.ts';
import { host, operator } from '../undo-schema.ts';

export const operatorDown = {
  means: 'the HA manager’s control plane is stopped (Kubernetes: the operator; lab: an etcd member)',
  says: (it, _, lasted) => `${it} was stopped${lasted}`,
  provedBy: 'no process of it is left',
  undoneBy: 'it is started again',
  target: 'operator',
  ends: 'when-healed',
  // It breaks no path of the clients: what is measured is what the manager does once it is back.
  healingEndsOutage: false,
  takeover: false,
  hidesFromManager: true,
  keepsInstances: true,
  onCluster: {
    watchdog: true,
    rights: [
      right('apps', 'deployments', 'list', 'finds the operator', { where: 'operator' }),
      right('apps', 'deployments/scale', 'patch', 'scales the operator away and back', { where: 'operator' }),
      right('', 'pods', 'list delete', 'ends the operator’s pod at once', { where: 'operator' }),
    ],
  },
  undo: { lab: host, k3s: operator, cluster: operator },
  trial: {},
} as const satisfies FaultContract;
