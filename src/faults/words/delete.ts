import type { FaultContract } from '../contract.ts';
import { deletePods } from '../right.ts';

export const deletion = {
  means: 'the instance is asked to stop as `kubectl delete pod` does: a graceful stop that waits for sessions',
  provedBy: 'the stop is under way',
  undoneBy: 'the platform starts it again',
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  inOrder: true,
  releasesLease: true,
  noticedAs: 'shutdown',
  onCluster: { rights: [deletePods] },
  trial: {},
} as const satisfies FaultContract;
