/** What to do about a standby that answers or replays too late. */
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { longestInForceMs } from '../failover/fault-words.ts';
import { isOnlySynchronous, primaryHitBy } from '../failover/target-role.ts';
import { inSeconds, secondsAbove } from '../measured.ts';
import { titleOf } from '../metrics.ts';
import type { Check } from '../verdict.ts';

const toPrimary = 'Send reads that must see the latest writes to the primary';
const outOfReads =
  'keep a standby that is too far behind out of the reads (Patroni: /replica?lag= as its health check)';
const alert = 'Alert on replay_lag in pg_stat_replication to notice such a standby: an alert does not shorten the lag.';

/**
 * In sentences: what meets the limit first, the alert last.
 * @param checks all of the run: one advice serves both limits
 */
export function lagAdvice(run: Run, { limit }: Pick<Check, 'limit'>, checks: readonly Check[] = []): string {
  const fault = faultWindows(run)[0];
  const forMs = fault && longestInForceMs(run, fault);
  const waits = 'synchronous_commit = remote_apply: every commit then waits until a standby has replayed it';
  if (!fault || forMs === undefined || limit.max === undefined || forMs <= limit.max || primaryHitBy(run, fault))
    return `${toPrimary}, or set ${waits}, for as long as that takes. ${alert}`;
  const broken = checks.filter(({ metric, outcome }) => outcome === 'fail' && ofLag.has(metric));
  const stale = broken.some(({ metric }) => metric === 'staleReadMs');
  const lag = broken.find(({ metric }) => metric === 'replayLagMs');
  const fresh = `${toPrimary}, or ${outOfReads}${stale ? `: either meets the limit on ${titleOf('staleReadMs')}` : ''}.`;
  const unmet = lag
    ? ` No setting meets the limit of ${(lag.limit.max ?? limit.max) / 1_000} s on ${titleOf('replayLagMs')} with a fault of ${inSeconds(forMs)} s: a standby that replays nothing falls behind. If such a fault is to pass, raise the limit replayLagMs above ${secondsAbove(Math.max(forMs, lag.upper ?? 0))} s.`
    : '';
  return `${fresh}${unmet} ${remoteApply(run, fault.hits, fault.inject.lo, forMs)}${alert}`;
}

const ofLag: ReadonlySet<string> = new Set(['staleReadMs', 'replayLagMs']);

/** What it costs to let commits wait for the replay of a standby that stands still; empty where another may confirm. */
function remoteApply(run: Run, hits: readonly string[], atUs: number, forMs: number): string {
  const only = hits.find((name) => isOnlySynchronous(run, name, atUs));
  if (only === undefined) return '';
  const metric = 'writeOutageMs';
  const max = run.header.limits[metric]?.max;
  const breaks =
    max === undefined || max >= forMs
      ? ''
      : `, which breaks this run’s own limit of ${max / 1_000} s (${titleOf(metric)})`;
  return `Do not set synchronous_commit = remote_apply here: commits wait for ${only} alone, so writes would be down for as long as it does not replay (${inSeconds(forMs)} s)${breaks}. `;
}
