import type { FaultContract } from '../contract.ts';
import { host } from '../undo-schema.ts';

export const backendKill = {
  means: 'one backend is killed with SIGKILL, so that the postmaster ends all others and recovers in place',
  says: (it) => `one backend of ${it} was killed with SIGKILL`,
  provedBy: 'none of the backends of before is left',
  undoneBy: 'nothing: the postmaster starts again what it needs',
  target: 'instance',
  ends: 'unaided',
  advice: 'Find who sent the signal: the log of PostgreSQL has “was terminated by signal 9”.',
  healingEndsOutage: false,
  takeover: false,
  keepsInstances: true,
  undo: { lab: host },
  trial: {},
} as const satisfies FaultContract;
