/** The load that a scenario puts on the stack. */

import { z } from 'zod';
import { isolationLevels } from '../isolation/levels.ts';
import { clientUseSchema } from './client-use.ts';

/** See `src/load/writers/profile.ts`. */
export const loadProfiles = ['pool', 'backoff', 'retry', 'per-request'] as const;

/** Statements that begin or end a transaction. */
const control =
  /(^|;)\s*(begin|commit|end|rollback|abort|savepoint|release|start\s+transaction|prepare\s+transaction)\b/i;

const hasNoControl = (sql: string): boolean => !control.test(sql);

const fields = z.strictObject({
  writers: z.int().min(1).max(1000).default(40).describe('Number of clients that write through the poolers'),
  ratePerSecond: z
    .number()
    .positive()
    .max(20_000)
    .default(200)
    .describe(
      'Writes per second of all writers together, as Poisson arrivals: a write is due whether or not the last one is done',
    ),
  probeEveryMs: z
    .int()
    .min(10)
    .max(1_000)
    .optional()
    .describe(
      'Milliseconds between two requests of a probe; the default is the stack’s, 10 on the lab. A longer one saves journal in long drills that need no outage to the hundredth of a second',
    ),
  giveUpMs: z
    .int()
    .positive()
    .default(5_000)
    .describe('Milliseconds after which a client gives up a write that got no answer'),
  reconnectMs: z.int().nonnegative().default(100).describe('Milliseconds between two connection attempts of a client'),
  backoffMostMs: z
    .int()
    .nonnegative()
    .default(10_000)
    .describe(
      'Longest wait of the profile `backoff`, in milliseconds; it starts at `reconnectMs` and doubles with each failure',
    ),
  failover: z
    .boolean()
    .default(false)
    .describe(
      'Clients know every pooler and try the next when one cannot be reached, as with several hosts in a connection string',
    ),
  openSessions: z
    .int()
    .nonnegative()
    .max(100)
    .default(0)
    .describe(
      'Number of further clients that keep a session open to the primary’s own address; a lost session is not replaced',
    ),
  sql: z
    .array(z.string().refine(hasNoControl, 'begin, commit and the like end the transaction with the write'))
    .default([])
    .describe(
      'Your own SQL statements, run in turn with each write, in its transaction; they must not begin or end one',
    ),
  setup: z
    .string()
    .default('')
    .describe('SQL that runs once before the load, as its user: the tables that `sql` needs'),
  api: z.boolean().optional().describe('Also runs an HTTP service behind a pooler and measures what its users see'),
  k6: z
    .string()
    .optional()
    .describe('A k6 script that calls this service; it is left out, with a note, where k6 is not installed'),
  retriesAlso: z
    .array(z.string().regex(/^[0-9A-Z]{5}$/, 'an SQLSTATE has five digits and capitals: 08P01'))
    .optional()
    .describe(
      'SQLSTATEs that clients and the HTTP service retry beside those that Npgsql retries, as `errorCodesToAdd`',
    ),
  clients: z
    .array(clientUseSchema)
    .max(20)
    .optional()
    .describe(
      'Client programs that write beside the load: adapters of real drivers, or your own executables (docs/clients.md)',
    ),
  workload: z
    .enum(['list-append'])
    .optional()
    .describe(
      'Runs transactions beside the writes that append to lists and read them, and judges their isolation (docs/isolation.md)',
    ),
  isolation: z
    .enum(isolationLevels)
    .optional()
    .describe('The isolation level that these transactions ask for and are judged by; `serializable` by default'),
  transactionsPerSecond: z
    .number()
    .positive()
    .max(2_000)
    .optional()
    .describe('Most of these transactions per second, of ten clients together; 100 by default'),
  replicaTransactionsPerSecond: z
    .number()
    .positive()
    .max(2_000)
    .optional()
    .describe('Transactions per second that read these lists on replicas, of five clients together; none by default'),
  readYourWrites: z
    .number()
    .positive()
    .max(1_000)
    .optional()
    .describe(
      'Writes per second of four sessions together that write on the primary and at once read on a replica what they wrote; none by default',
    ),
  profile: z
    .enum(loadProfiles)
    .default('pool')
    .describe(
      'What clients do when something fails. `retry` is EnableRetryOnFailure of Entity Framework: 5 times, at most 30 s',
    ),
});

export const loadSchema = fields.refine(
  ({ workload, isolation, transactionsPerSecond, replicaTransactionsPerSecond }) =>
    workload !== undefined ||
    [isolation, transactionsPerSecond, replicaTransactionsPerSecond].every((given) => given === undefined),
  "isolation, transactionsPerSecond and replicaTransactionsPerSecond belong to the transactions of workload: 'list-append'; add it or leave them out",
);

export type Load = z.infer<typeof loadSchema>;
