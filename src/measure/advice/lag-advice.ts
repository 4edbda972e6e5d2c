/** What to do about a standby that answers or replays too late. */
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { longestInForceMs } from '../failover/fault-words.ts';
import { isOnlySynchronous, primaryHitBy } from '../failover/target-role.ts';
import { inSeconds } from '../measured.ts';
import { titleOf } from '../metrics.ts';
import type { Check } from '../verdict.ts';

const toPrimary = 'Send reads that must see the latest writes to the primary';
const alert = 'Alert on replay_lag in pg_stat_replication to notice such a standby: an alert does not shorten the lag.';

/** In sentences: what meets the limit first, the alert last. */
export function lagAdvice(run: Run, { limit }: Pick<Check, 'limit'>): string {
  const fault = faultWindows(run)[0];
  const forMs = fault && longestInForceMs(run, fault);
  const waits = 'synchronous_commit = remote_apply: every commit then waits until a standby has replayed it';
  if (!fault || forMs === undefined || limit.max === undefined || forMs <= limit.max || primaryHitBy(run, fault))
    return `${toPrimary}, or set ${waits}, for as long as that takes. ${alert}`;
  const lasts = `${inSeconds(forMs)} s`;
  const unmet = `No setting meets a limit of ${limit.max / 1_000} s with a fault of ${lasts}: what the standby does not replay, it cannot show. If such a fault is to pass, raise the limit above ${lasts}.`;
  return `${toPrimary}. ${unmet} ${remoteApply(run, fault.hits, fault.inject.lo, forMs)}${alert}`;
}

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
