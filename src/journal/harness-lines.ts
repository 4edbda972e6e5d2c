/** Lines of the journal about the harness: how late it was, what it noted, what it left, and how it ended. */
import { z } from 'zod';
import { count, line, us } from './line.ts';

const schedulings = ['real-time', 'raised', 'ordinary'] as const;
/** How a process ran: in the real-time class, at a priority above ordinary programs, or as one of them. */
export type Scheduling = (typeof schedulings)[number];

/** What the drill leaves a system like that outlives it: where the primary is now, slots, backups. */
export const afterwardsLine = line('afterwards', {
  remarks: z.array(z.object({ name: z.string(), text: z.string() })),
});

export const residueLine = line('residue', {
  checked: z.array(z.string()),
  found: z.array(z.string()),
  /** The hosts that were looked at, where the look was at hosts. */
  hosts: z.array(z.string()).optional(),
  /** What nobody could look at, and why. Absent: nothing. */
  unseen: z.array(z.string()).optional(),
});

/** The harness itself was late: nothing that it says of this time is sharper than this. */
export const stallLine = line('stall', { source: z.string(), fromUs: us, untilUs: us });

/** How well the generator kept its schedule, once at its end: lateness of its starts and CPU time used. */
export const generatorLine = line('generator', {
  source: z.string(),
  n: count,
  lateP50Us: us,
  lateP99Us: us,
  lateMaxUs: us,
  cpuUs: count,
  wallUs: count,
  /** How the operating system ran it; of the whole load process only. */
  scheduling: z.enum(schedulings).optional(),
});

export const noteLine = line('note', {
  level: z.enum(['info', 'warn', 'error']),
  text: z.string(),
  /** Who remarks it: the scenario, by its verb `note`. Absent: pgdrill. */
  by: z.literal('scenario').optional(),
  /** The lease that an instance of CloudNativePG must hold to be promoted passed on; empty: to or from nobody. */
  lease: z.object({ from: z.string(), to: z.string() }).optional(),
  /** A fault of a dry run, `crash pg-1`: it was made ready, and nothing was broken. */
  dry: z.string().optional(),
  /**
   * The seconds in which the log of `source` lacks lines, because a sampler left out between `least` and `most` of them;
   * no seconds: it lacks none. Absent from the journal: nothing computed it.
   */
  logCut: z
    .object({
      source: z.string(),
      seconds: z.array(z.object({ fromUs: us, untilUs: us, least: count, most: count })),
    })
    .optional(),
});

export const endLine = line('end', {
  reason: z.enum(['done', 'interrupted', 'error']),
  detail: z.string().optional(),
  /** How many lines of each kind were written before this one. */
  lines: z.record(z.string(), count).optional(),
});
