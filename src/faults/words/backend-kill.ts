import type { FaultContract } from '../contract.ts';

export const backendKill = {
  means: 'one backend is killed with SIGKILL, so that the postmaster ends all others and recovers in place',
  provedBy: 'none of the backends of before is left',
  undoneBy: 'nothing: the postmaster starts again what it needs',
  target: 'instance',
  ends: 'unaided',
  healingEndsOutage: false,
  takeover: false,
  keepsInstances: true,
  trial: {},
} as const satisfies FaultContract;
