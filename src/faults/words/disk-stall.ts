import type { FaultContract } from '../contract.ts';
import { host } from '../undo-schema.ts';

export const diskStall = {
  means: 'the disk that holds the instance’s WAL takes no write and returns no error: writers hang (fsfreeze)',
  says: (it, _, lasted) => `the WAL disk of ${it} stalled${lasted}`,
  provedBy: 'the file system is frozen, and a write to it does not return',
  undoneBy: 'the file system is thawed',
  target: 'instance',
  ends: 'when-healed',
  advice:
    'Alert on commits that wait (wait_event WalSync or WalWrite; WALSync or WALWrite before PostgreSQL 17) and on the latency of the disk: an HA manager asks whether PostgreSQL answers, not whether a commit succeeds. If another instance has to take over, take the host or pod away: a switchover first stops the primary with a checkpoint, which needs the same disk.',
  healingEndsOutage: true,
  takeover: true,
  wants: 'walDiskMegabytes',
  undo: { lab: host },
  trial: { not: 'WAL has no disk of its own' },
} as const satisfies FaultContract;
