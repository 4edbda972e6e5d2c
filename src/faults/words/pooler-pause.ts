import type { FaultContract } from '../contract.ts';

export const poolerPause = {
  means: 'the pooler lets running transactions end and then holds its clients, connected: PAUSE',
  provedBy: 'the pooler’s log records the pause',
  undoneBy: 'RESUME',
  target: 'pooler',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: false,
  trial: {},
} as const satisfies FaultContract;
