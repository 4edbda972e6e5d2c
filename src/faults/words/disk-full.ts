import type { FaultContract } from '../contract.ts';
import { host } from '../undo-schema.ts';

export const diskFull = {
  means: 'the disk that holds the instance’s WAL is filled up',
  says: (it, _, lasted) => `the WAL disk of ${it} was full${lasted}`,
  provedBy: 'nothing more can be written to it',
  undoneBy: 'the file that fills it is removed',
  target: 'instance',
  ends: 'when-healed',
  advice:
    'Alert on the free space of the disk that holds WAL, and on what keeps WAL there: replication slots and a failing archive.',
  healingEndsOutage: true,
  takeover: true,
  stopsServer: true,
  wants: 'walDiskMegabytes',
  undo: { lab: host },
  trial: { not: 'WAL has no disk of its own' },
} as const satisfies FaultContract;
