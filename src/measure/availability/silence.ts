/** How long nobody at all got a write acknowledged, whatever path it took. */
import type { Run } from '../../journal/run.ts';
import { exactly, ms, unmeasurable } from '../measured.ts';
import type { Measured } from '../verdict.ts';
import { acknowledgedWrites } from './acknowledged.ts';
import { longestGap } from './longest-gap.ts';
import { whyNoOutage } from './outage.ts';

/**
 * `silenceMs`: the longest time between two acknowledged writes of anybody, clients and probes, over all paths; also from
 * the first probe that was due, and to the last.
 */
export function silence(run: Run): Measured {
  const metric = 'silenceMs';
  const streams = [...run.slots.values()].filter(({ stream }) => stream.path === 'pooler' || stream.path === 'direct');
  const why = streams.length === 0 ? 'no probes that write' : whyNoOutage(run, streams);
  if (why) return unmeasurable(metric, why);
  const fromUs = Math.min(...streams.map(({ dueUs }) => dueUs[0]!));
  const untilUs = Math.max(...streams.map(({ dueUs, n }) => dueUs[n - 1]!));
  return exactly(metric, ms(longestGap(acknowledgedWrites(run), fromUs, untilUs)));
}
