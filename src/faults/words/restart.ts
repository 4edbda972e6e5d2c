import type { FaultContract } from '../contract.ts';
import { host, pod } from '../undo-schema.ts';

export const restart = {
  means: 'the postmaster alone is killed; its manager is left running',
  says: (it) => `the postmaster of ${it} was killed`,
  provedBy: 'the postmaster’s process is gone',
  undoneBy: 'its manager starts it again',
  target: 'instance',
  ends: 'unaided',
  healingEndsOutage: false,
  takeover: false,
  releasesLease: true,
  // By the pods/exec that every drill has: the pod's user may kill its own processes.
  onCluster: { rights: [] },
  undo: { lab: host, k3s: pod, cluster: pod },
  trial: {},
} as const satisfies FaultContract;
