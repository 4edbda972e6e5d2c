import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { share } from '../parameters.ts';
import { percent } from '../says.ts';
import { host } from '../undo-schema.ts';

export const cpuStarve = {
  means: 'all processes of the instance’s host together get a share of one processor',
  says: (it, { share: part }: { readonly share: number }, lasted) =>
    `all processes of ${it} together had ${percent(part)} of one processor${lasted}`,
  provedBy: 'a busy process on it gets no more than that',
  undoneBy: 'its processes are in the group of before, without a limit',
  target: 'instance',
  parameters: z.strictObject({
    /** Of one processor: 0.05 is 5 % of it. */
    share,
  }),
  ends: 'when-healed',
  advice:
    'Alert on throttling (nr_throttled in cpu.stat, container_cpu_cfs_throttled_periods_total). Give the instance a limit of processor time that leaves room for a peak, or none.',
  healingEndsOutage: true,
  takeover: false,
  undo: { lab: host },
  trial: { elsewhere: true, parameters: { share: 0.05 } },
} as const satisfies FaultContract;
