import type { FaultContract } from '../contract.ts';
import { right } from '../right.ts';
import { nodeAndPod } from '../undo-schema.ts';

export const drain = {
  means: 'the instance’s node takes no more pods and the instance is evicted, as `kubectl drain` does with it',
  says: (it) => `the node of ${it} was drained`,
  provedBy: 'its pod has left the node',
  undoneBy: 'the node takes pods again',
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  inOrder: true,
  releasesLease: true,
  onCluster: {
    // policy/v1 Eviction
    kubernetes: '1.22',
    rights: [
      right('', 'nodes', 'get patch', 'the node takes no more pods, and takes pods again', { where: 'everywhere' }),
      right('', 'pods/eviction', 'create', 'asks the instance’s pod to leave, as its disruption budget allows'),
    ],
  },
  undo: { k3s: nodeAndPod, cluster: nodeAndPod },
  trial: {},
} as const satisfies FaultContract;
