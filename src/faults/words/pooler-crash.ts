import type { FaultContract } from '../contract.ts';
import { startedAgain } from '../says.ts';
import { host, pod } from '../undo-schema.ts';

export const poolerCrash = {
  means: 'every process of one pooler’s host or pod is killed at once with SIGKILL (SIGTERM would wait for clients)',
  says: (it, _, lasted) => `every process of ${it} was killed${startedAgain(lasted)}`,
  provedBy: 'no process of it is left and its port refuses',
  undoneBy: 'it is started again',
  target: 'pooler',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: false,
  undo: { lab: host, k3s: pod },
  trial: {},
} as const satisfies FaultContract;
