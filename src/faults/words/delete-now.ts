import type { FaultContract } from '../contract.ts';
import { agentPods, deletePods } from '../right.ts';

export const deleteNow = {
  means: 'as a deletion with grace 0 does: SIGTERM and, a second later, SIGKILL',
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
  trial: {},
} as const satisfies FaultContract;
