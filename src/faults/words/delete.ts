import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { deletePods } from '../right.ts';
import { label, pod } from '../undo-schema.ts';

export const deletion = {
  means: 'the instance is asked to stop as `kubectl delete pod` does: a graceful stop that waits for sessions',
  says: (it) => `${it} was asked to stop (SIGTERM, and time to end its sessions)`,
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
  undo: { lab: z.strictObject({ host: label, patroni: z.int().positive() }), k3s: pod, cluster: pod },
  trial: {},
} as const satisfies FaultContract;
