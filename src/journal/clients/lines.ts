/**
 * Lines about client programs: real drivers and pools that write to the ledger beside the load. Their writes are `op`
 * lines and their log-ins `connect` lines like the load's own, under worker numbers of a block that each program has.
 */
import { z } from 'zod';
import { count, line, us } from '../line.ts';

/** The first program's workers begin here, the second's at twice this: the load's own workers are always fewer. */
const programBlock = 10_000;

/** The number of the program that a worker belongs to, from 0; −1: it belongs to the load itself. */
export const programOf = (worker: number): number => Math.floor(worker / programBlock) - 1;

/** The first worker of a program. */
export const firstWorkerOf = (program: number): number => (program + 1) * programBlock;

/** A client program that is ready to write. */
export const clientLine = line('client', {
  name: z.string(),
  /** See `programOf`. */
  program: count,
  /** The adapter or executable. */
  uses: z.string(),
  workers: z.int().positive(),
  ratePerSecond: z.number().positive(),
  /** Where it connects to: `pooler-1`, `direct`, `hosts`. */
  path: z.string(),
  /** The driver and its pool, as the program names them: `psycopg 3.2.3, psycopg_pool 3.2.4`. */
  versions: z.string(),
  /** Settings in force, as the program names them. */
  settings: z.record(z.string(), z.string()),
});

/** What the pool of a client program says of itself. */
export const clientPoolLine = line('clientpool', {
  name: z.string(),
  open: count,
  idle: count,
  /** Requests that wait for a connection. */
  waiting: count,
});

/** How a client program ended, and how well it kept to the protocol. */
export const clientEndLine = line('clientend', {
  name: z.string(),
  /** `done`: it was asked to end, and did; `killed`: it broke the protocol; `exited`: it ended before it was asked to. */
  how: z.enum(['done', 'killed', 'exited']),
  /** Why its results cannot be relied on; absent where they can. */
  trouble: z.string().optional(),
  /** Requests that were due, and those of them for which it reported no outcome. */
  due: count,
  unreported: count,
  /** How late it sent requests whose worker was free. */
  lateP50Us: us,
  lateP99Us: us,
  lateMaxUs: us,
  /** Processor time of the program and its children as last seen. */
  cpuUs: count,
  wallUs: count,
  /** The shortest time from a stamp of the program's clock to its arrival here. */
  reportDelayUs: us.optional(),
});
