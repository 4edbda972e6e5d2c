/** Lines of the journal about an instance from the inside: what its logs say, and what its sessions wait for. */
import { z } from 'zod';
import { count, line, us } from './line.ts';

const logPrograms = ['postgresql', 'patroni', 'cloudnative-pg'] as const;

/**
 * `n` messages in the log of an instance that differ in numbers only; `text` is the first, logged at `atUs`, and the last was
 * logged at `untilUs`. Of PostgreSQL's messages those about replication, recovery, starts and ends, and refusals; of an HA
 * manager's all but the steady state.
 */
export const logLine = line('log', {
  instance: z.string(),
  program: z.enum(logPrograms),
  /** As the program names it: `LOG`, `FATAL`, `INFO`. */
  level: z.string(),
  atUs: us,
  untilUs: us,
  n: z.int().positive(),
  text: z.string(),
});

const sessionOwners = ['probes', 'clients', 'others', 'server'] as const;

/**
 * The processes of an instance in pg_stat_activity, counted: once before the drill, and each second in which no write was
 * acknowledged, where the counts changed. The largest groups; `rest` counts the processes of the others.
 */
export const activityLine = line('activity', {
  instance: z.string(),
  sessions: z.array(
    z.object({
      /** `client backend`, `walsender`, `walreceiver`, `startup`. */
      backend: z.string(),
      /** By their last statement: probes of the drill, clients that write to its tables, others. */
      of: z.enum(sessionOwners),
      /** Empty: none is given. */
      state: z.string(),
      /** `IPC:SyncRep`; empty: it waits for nothing. */
      wait: z.string(),
      n: count,
    }),
  ),
  rest: count,
});
