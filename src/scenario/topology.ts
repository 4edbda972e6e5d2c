/** The topology that a scenario asks for. */

import { z } from 'zod';
export const durabilities = ['required', 'preferred', 'asynchronous'] as const;

export type Durability = (typeof durabilities)[number];

export const topologySchema = z.strictObject({
  instances: z
    .int()
    .min(1)
    .max(9)
    .default(3)
    .describe('Number of PostgreSQL instances: one primary, the rest standbys'),
  durability: z
    .enum(durabilities)
    .default('required')
    .describe(
      'What you promise for acknowledged writes; the verdict on lost writes follows from it. `required`: a commit waits for a standby; `preferred`: it waits while one streams; `asynchronous`: it never waits',
    ),
  pooler: z
    .strictObject({
      instances: z.int().min(1).max(5).default(2).describe('Number of PgBouncer instances'),
      mode: z.enum(['transaction', 'session']).default('transaction').describe('PgBouncer’s pool_mode'),
      poolSize: z.int().min(1).max(500).default(25).describe('Server connections per pool: default_pool_size'),
    })
    .prefault({})
    .describe('The connection pooler in front of the primary'),
  archiving: z
    .boolean()
    .optional()
    .describe('Archives WAL to the object store, so that backups can be taken; on in a scenario that needs `backup`'),
  walDiskMegabytes: z
    .int()
    .min(128)
    .max(4096)
    .optional()
    .describe('Gives WAL a disk of its own of this size, which can fill up; by default it lies beside the data'),
  timers: z
    .enum(['recommended', 'defaults'])
    .default('recommended')
    .describe(
      'Where timeouts start from. `recommended`: pgdrill’s values, each with its reason in the configuration; `defaults`: the programs’ own',
    ),
  settings: z
    .record(z.string(), z.string())
    .default({})
    .describe("Single settings by name, over those of `timers`: `{ server_login_retry: '15' }`"),
});

export type Topology = z.infer<typeof topologySchema>;
