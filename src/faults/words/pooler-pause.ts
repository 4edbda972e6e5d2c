import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { cnpgGroup, right } from '../right.ts';
import { host, name } from '../undo-schema.ts';

export const poolerPause = {
  means: 'the pooler lets running transactions end and then holds its clients, connected: PAUSE',
  says: (it, _, lasted) => `${it} was paused${lasted} and held its clients`,
  provedBy: 'the pooler’s log records the pause',
  undoneBy: 'RESUME',
  target: 'pooler',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: false,
  onCluster: {
    // Clients are held until somebody ends it.
    watchdog: true,
    rights: [right(cnpgGroup, 'poolers', 'patch', 'pauses a Pooler of the Cluster, and ends the pause')],
  },
  undo: { lab: host, k3s: z.strictObject({ pooler: name }), cluster: z.strictObject({ pooler: name }) },
  holdsClients: true,
  trial: {},
} as const satisfies FaultContract;
