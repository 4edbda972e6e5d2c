import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { whole } from '../parameters.ts';
import { host } from '../undo-schema.ts';

export const thinLink = {
  means: 'the instance’s host sends no more than a rate; what is more waits',
  says: (it, { kilobitsPerSecond }: { readonly kilobitsPerSecond: number }, lasted) =>
    `${it} could send no more than ${kilobitsPerSecond} kbit/s${lasted}`,
  provedBy: 'the kernel shapes the interface at that rate, and has made packets wait',
  undoneBy: 'the shaping is removed',
  target: 'instance',
  parameters: z.strictObject({ kilobitsPerSecond: whole('kilobits per second', 8, 1_000_000) }),
  ends: 'when-healed',
  advice: 'Alert on write_lag in pg_stat_replication and on the rate of the link.',
  healingEndsOutage: true,
  takeover: false,
  undo: { lab: host },
  trial: { elsewhere: true, parameters: { kilobitsPerSecond: 512 } },
} as const satisfies FaultContract;
