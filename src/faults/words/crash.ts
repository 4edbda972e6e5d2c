import type { FaultContract } from '../contract.ts';
import { agentPods } from '../right.ts';
import { startedAgain } from '../says.ts';
import { host, pod } from '../undo-schema.ts';

export const crash = {
  means: 'every process of the instance’s host or pod is killed at once with SIGKILL',
  says: (it, _, lasted) => `every process of ${it} was killed${startedAgain(lasted)}`,
  provedBy: 'no process of it is left and its port refuses',
  undoneBy: 'the host is started again',
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  instance: 'gone',
  hidesFromManager: true,
  noticedAs: 'death',
  onCluster: { agent: true, rights: [agentPods] },
  undo: { lab: host, k3s: pod, cluster: pod },
  trial: { elsewhere: true },
} as const satisfies FaultContract;
