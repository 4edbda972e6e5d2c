import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
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
  undo: { lab: host, k3s: z.strictObject({ pooler: name }) },
  holdsClients: true,
  trial: {},
} as const satisfies FaultContract;
