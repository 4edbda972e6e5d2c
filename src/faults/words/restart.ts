import type { FaultContract } from '../contract.ts';
import { agentPods } from '../right.ts';

export const restart = {
  means: 'the postmaster alone is killed; its manager is left running',
  provedBy: 'the postmaster’s process is gone',
  undoneBy: 'its manager starts it again',
  target: 'instance',
  ends: 'unaided',
  healingEndsOutage: false,
  takeover: false,
  releasesLease: true,
  onCluster: { agent: true, rights: [agentPods] },
  trial: {},
} as const satisfies FaultContract;
