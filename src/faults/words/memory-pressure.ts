import { z } from 'zod';
import type { FaultContract } from '../contract.ts';
import { whole } from '../parameters.ts';
import { host } from '../undo-schema.ts';

export const memoryPressure = {
  means: 'PostgreSQL on the instance has a limit of memory, and a query that wants more: the kernel kills a backend',
  says: (it, { megabytes }: { readonly megabytes: number }) =>
    `PostgreSQL on ${it} had only ${megabytes} MB of memory, and the kernel killed one of its processes`,
  provedBy: 'the kernel counts a process that it killed because memory ran out',
  undoneBy: 'its processes are in the group of before, without a limit',
  target: 'instance',
  parameters: z.strictObject({ megabytes: whole('megabytes', 16, 4_096).default(64) }),
  ends: 'when-healed',
  advice:
    'Alert on oom_kill in memory.events. Bound what queries take: work_mem times the number of sessions, and vm.overcommit_memory = 2 where the host is PostgreSQL’s own.',
  healingEndsOutage: true,
  takeover: false,
  keepsInstances: true,
  undo: { lab: host },
  trial: { elsewhere: true },
} as const satisfies FaultContract;
