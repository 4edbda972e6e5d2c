/** What a change saves of the measure whose limit broke, where that is not the longest outage through a pooler. */
import type { Run } from '../../journal/run.ts';
import { episodesOn } from '../availability/episodes.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { directStreams } from '../availability/outage.ts';
import { ms } from '../measured.ts';
import type { Check, Verdict } from '../verdict.ts';
import { outageTimes } from './outage-limits.ts';
import type { Proposal } from './proposal.ts';

/** The limit on a time without writes that broke, the first of several. */
export const brokenTime = (checks: Verdict['checks']): Check | undefined =>
  checks.find(({ metric, outcome, limit }) => outcome === 'fail' && outageTimes.has(metric) && limit.max !== undefined);

/** Paths past the poolers count in these. */
const pastPoolers: ReadonlySet<string> = new Set(['directOutageMs', 'silenceMs']);

/**
 * The proposal with its savings of the broken limit's measure; none where it saves nothing of that. What PgBouncer adds
 * does not lengthen a time on the path past it, and of a total only the rest that PostgreSQL itself was not down.
 */
export function ofBrokenLimit(run: Run, { checks }: Verdict, proposal: Proposal): Proposal[] {
  const broken = brokenTime(checks);
  if (proposal.program !== 'pgbouncer' || broken?.value == null) return [proposal];
  if (pastPoolers.has(broken.metric)) return [];
  if (broken.metric !== 'writeDowntimeMs') return [proposal];
  const server = serverDown(run);
  const most = Math.max(0, broken.value - server.ms);
  const { low, high } = proposal.savesMs;
  // Each time that the server is down PgBouncer may be late once.
  const left = Math.max(0, high - low) * server.times;
  const savesMs = { low: Math.max(0, Math.min(low, most - left)), high: Math.min(high, most) };
  return [{ ...proposal, savesMs }];
}

/** How long PostgreSQL itself was down after the first fault, by the path past the poolers, and how often. */
function serverDown(run: Run): { readonly ms: number; readonly times: number } {
  const fromUs = faultWindows(run)[0]?.inject.lo ?? 0;
  const [first] = directStreams(run);
  const own = first
    ? episodesOn(run, first.stream.name).filter(({ startUs, lastedUs }) => startUs + lastedUs > fromUs)
    : [];
  return { ms: ms(own.reduce((sum, { lastedUs }) => sum + lastedUs, 0)), times: own.length };
}
