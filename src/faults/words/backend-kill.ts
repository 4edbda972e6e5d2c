import type { FaultContract } from '../contract.ts';
import { host } from '../undo-schema.ts';

export const backendKill = {
  means: 'one backend is killed with SIGKILL, so that the postmaster ends all others and recovers in place',
  provedBy: 'none of the backends of before is left',
  undoneBy: 'nothing: the postmaster starts again what it needs',
  target: 'instance',
  ends: 'unaided',
  healingEndsOutage: false,
  takeover: false,
  keepsInstances: true,
  undo: { lab: host },
  trial: {},
} as const satisfies FaultContract;
