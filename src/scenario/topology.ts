/** The topology that a scenario asks for. */

import { z } from 'zod';
export const durabilities = ['required', 'preferred', 'asynchronous'] as const;

export type Durability = (typeof durabilities)[number];

export const topologySchema = z.strictObject({
  instances: z.int().min(1).max(9).default(3),
  /** What is promised for acknowledged writes; the verdict on lost writes follows from it. */
  durability: z.enum(durabilities).default('required'),
  pooler: z
    .strictObject({
      instances: z.int().min(1).max(5).default(2),
      mode: z.enum(['transaction', 'session']).default('transaction'),
      poolSize: z.int().min(1).max(500).default(25),
    })
    .prefault({}),
  /** WAL is archived to the object store, so that backups can be taken; a scenario that needs `backup` has it on. */
  archiving: z.boolean().optional(),
  /** WAL has a disk of its own, of this size: one that can be full. Absent: it lies beside the data. */
  walDiskMegabytes: z.int().min(128).max(4096).optional(),
  /** `recommended`: the tool's own, each with its reason in the configuration; `defaults`: the programs' own. */
  timers: z.enum(['recommended', 'defaults']).default('recommended'),
  /** Single settings by their name, over the two above: `{ server_login_retry: '15' }`. */
  settings: z.record(z.string(), z.string()).default({}),
});

export type Topology = z.infer<typeof topologySchema>;
