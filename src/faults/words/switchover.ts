import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { cnpgGroup, right } from '../right.ts';
import { label, moved } from '../undo-schema.ts';

export const switchover = {
  means: 'the HA manager is asked to make a standby the primary',
  says: (it) => `a switchover away from ${it} was requested`,
  provedBy: 'the manager accepted the request',
  undoneBy: 'nothing: it ends unaided',
  target: 'instance',
  ends: 'unaided',
  healingEndsOutage: false,
  takeover: true,
  inOrder: true,
  releasesLease: true,
  keepsInstances: true,
  noticedAs: 'request',
  onCluster: {
    rights: [
      right(cnpgGroup, 'clusters/status', 'patch', 'asks for a switchover as kubectl cnpg promote does', {
        own: true,
      }),
    ],
  },
  undo: { lab: z.strictObject({ leader: label, candidate: label }), k3s: moved, cluster: moved },
  trial: {},
} as const satisfies FaultContract;
