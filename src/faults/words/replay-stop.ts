import type { FaultContract } from '../contract.ts';
import { host } from '../undo-schema.ts';

export const replayStop = {
  means: 'a standby goes on receiving WAL, and replays none of it: what is read there grows old',
  says: (it, _, lasted) => `${it} received WAL and replayed none of it${lasted}`,
  provedBy: 'the process that replays WAL is stopped',
  undoneBy: 'SIGCONT',
  target: 'instance',
  ends: 'when-healed',
  advice:
    'Alert on replay_lag in pg_stat_replication. Reads that must see what was written need the primary, or synchronous_commit = remote_apply.',
  healingEndsOutage: true,
  takeover: false,
  keepsInstances: true,
  undo: { lab: host },
  trial: { at: 'standby', elsewhere: true },
} as const satisfies FaultContract;
