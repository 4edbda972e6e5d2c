import type { FaultContract } from '../contract.ts';
import { host } from '../undo-schema.ts';

export const diskStall = {
  means: 'the disk that holds the instance’s WAL takes no write and returns no error: writers hang (fsfreeze)',
  provedBy: 'the file system is frozen, and a write to it does not return',
  undoneBy: 'the file system is thawed',
  target: 'instance',
  ends: 'when-healed',
  healingEndsOutage: true,
  takeover: true,
  wants: 'walDiskMegabytes',
  undo: { lab: host },
  trial: { not: 'WAL has no disk of its own' },
} as const satisfies FaultContract;
