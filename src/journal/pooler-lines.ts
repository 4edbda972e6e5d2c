/** Lines of the journal that come from poolers: samples of their console, and what their logs and PostgreSQL's say. */
import { z } from 'zod';
import { count, line, us } from './line.ts';

/** One pool in SHOW POOLS of one pooler. */
export const poolLine = line('pool', {
  pooler: z.string(),
  database: z.string(),
  user: z.string(),
  mode: z.string(),
  clActive: count,
  clWaiting: count,
  svActive: count,
  svIdle: count,
  svUsed: count,
  svTested: count,
  svLogin: count,
  maxWaitUs: count,
});

/** `n` equal events in a pooler's or server's log; the first was logged at `atUs`. */
export const poolLogLine = line('poollog', {
  source: z.string(),
  event: z.enum(['server-connect', 'server-close', 'client-login', 'client-close', 'error', 'backend-fork']),
  atUs: us,
  n: z.int().positive(),
  text: z.string(),
  /** The pool that it is about, `database/user`. */
  pool: z.string().optional(),
  /** With which code a connection was refused. */
  sqlstate: z.string().optional(),
  /** Why a server connection was closed, where a measure needs to know. */
  cause: z.enum(['connect timeout']).optional(),
});
