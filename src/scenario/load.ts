/** The load that a scenario puts on the stack. */

import { z } from 'zod';
/** See `src/load/writers/profile.ts`. */
export const loadProfiles = ['pool', 'backoff', 'retry', 'per-request'] as const;

/** Statements that begin or end a transaction. */
const control =
  /(^|;)\s*(begin|commit|end|rollback|abort|savepoint|release|start\s+transaction|prepare\s+transaction)\b/i;

const hasNoControl = (sql: string): boolean => !control.test(sql);

export const loadSchema = z.strictObject({
  writers: z.int().min(1).max(1000).default(40),
  /** Writes per second of all writers together, as Poisson arrivals; each write is due whether the last one is done or not. */
  ratePerSecond: z.number().positive().max(20_000).default(200),
  /**
   * Between two requests of a probe. Absent: what the stack is good for, 10 ms on the lab. Long drills that ask for something
   * else than an outage to the hundredth of a second are content with fewer.
   */
  probeEveryMs: z.int().min(10).max(1_000).optional(),
  /** A write that has no answer this long after it was due is given up. */
  giveUpMs: z.int().positive().default(5_000),
  /** Between two connection attempts of a client. */
  reconnectMs: z.int().nonnegative().default(100),
  /** The longest wait of the profile `backoff`, which begins with `reconnectMs` and doubles with each failure. */
  backoffMostMs: z.int().nonnegative().default(10_000),
  /** Clients know every pooler, and go to the next where one cannot be reached: several hosts in a connection string. */
  failover: z.boolean().default(false),
  /** So many clients beside them keep a session to the primary’s own address; one that is lost is not replaced. */
  openSessions: z.int().nonnegative().max(100).default(0),
  /** A user’s own SQL, run with each write, in turn, in one transaction with it: no transaction control of its own. */
  sql: z
    .array(z.string().refine(hasNoControl, 'begin, commit and the like end the transaction with the write'))
    .default([]),
  /** SQL that is run once before, as the load’s user: the tables that `sql` needs. */
  setup: z.string().default(''),
  /** An HTTP service over a pooler is a client too, and what its users see is measured: `fixtures/api`. */
  api: z.boolean().optional(),
  /** A script of k6 that uses this service; `scenarios/k6` has one. Without k6 on the machine it is left out, with a note. */
  k6: z.string().optional(),
  /** SQLSTATEs that clients and the HTTP service try again beside those that Npgsql does: `errorCodesToAdd`. */
  retriesAlso: z.array(z.string().regex(/^[0-9A-Z]{5}$/, 'an SQLSTATE has five digits and capitals: 08P01')).optional(),
  /** What clients do when something fails. `retry`: EnableRetryOnFailure of Entity Framework, 5 times, at most 30 s. */
  profile: z.enum(loadProfiles).default('pool'),
});

export type Load = z.infer<typeof loadSchema>;
