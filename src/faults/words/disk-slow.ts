import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { whole } from '../parameters.ts';
import { label } from '../undo-schema.ts';

/** Its major and minor number. */
const device = z.string().regex(/^\d{1,4}:\d{1,7}$/, 'expected the number of a device');

export const diskSlow = {
  means: 'the disk that holds the instance’s WAL makes no more than so many writes a second',
  says: (it, { writesPerSecond: n }: { readonly writesPerSecond: number }, lasted) =>
    `the WAL disk of ${it} made at most ${n} ${n === 1 ? 'write' : 'writes'} a second${lasted}`,
  provedBy: 'a series of synchronous writes takes as long as the limit makes it',
  undoneBy: 'the limit is removed',
  target: 'instance',
  parameters: z.strictObject({ writesPerSecond: whole('writes per second', 1, 10_000) }),
  ends: 'when-healed',
  advice:
    'Alert on commits that wait (wait_event WalSync or WalWrite; WALSync or WALWrite before PostgreSQL 17) and on the latency of the disk: an HA manager asks whether PostgreSQL answers, not how long a commit takes. A switchover first stops the primary with a checkpoint, which needs the same disk: expect it to take long.',
  healingEndsOutage: true,
  takeover: false,
  wants: 'walDiskMegabytes',
  undo: { lab: z.strictObject({ host: label, device }) },
  trial: { not: 'WAL has no disk of its own', parameters: { writesPerSecond: 20 } },
} as const satisfies FaultContract;
