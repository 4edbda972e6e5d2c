/** Lines about what monitoring says. */
import { z } from 'zod';
import { count, line } from './line.ts';

/**
 * A condition that monitoring should alert on begins or ends to hold, by the scraped metrics or as Prometheus itself says;
 * `quiet`, once at the end: it was looked at and never held.
 */
export const alertLine = line('alert', {
  name: z.string(),
  state: z.enum(['firing', 'resolved', 'quiet']),
  source: z.string(),
  /** Of `quiet`: the highest that was seen. */
  value: z.number(),
  threshold: z.number(),
});

/** How monitoring was watched, once at the end. */
export const alertWatchLine = line('alertwatch', {
  /** Alerts that should fire. */
  expected: z.array(z.string()),
  /** Looks since the fault (since the beginning where nothing was broken) that were answered, and that were not. */
  looks: count,
  missed: count,
});
