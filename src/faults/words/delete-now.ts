import type { FaultContract } from '../contract.ts';
import { agentPods, deletePods } from '../right.ts';
import { startedAgain } from '../says.ts';
import { host, pod } from '../undo-schema.ts';

export const deleteNow = {
  means: 'as a deletion with grace 0 does: SIGTERM and, a second later, SIGKILL',
  says: (it, _, lasted) => `${it} was deleted without grace (SIGKILL after a second)${startedAgain(lasted)}`,
  provedBy: 'no process of it is left',
  undoneBy: 'the platform starts it again',
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  instance: 'gone',
  hidesFromManager: true,
  noticedAs: 'termination',
  onCluster: { agent: true, rights: [deletePods, agentPods] },
  undo: { lab: host, k3s: pod, cluster: pod },
  trial: {},
} as const satisfies FaultContract;
