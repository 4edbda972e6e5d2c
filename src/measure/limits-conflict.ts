/** Limits of a run that exclude each other, or that no setting can meet with a fault of this length. */
import { contractOf } from '../faults/index.ts';
import type { Run } from '../journal/run.ts';
import { faultWindows } from './availability/fault-windows.ts';
import { inForceMs } from './failover/fault-words.ts';
import { primaryHitBy } from './failover/target-role.ts';
import { inSeconds } from './measured.ts';
import { titleOf } from './metrics.ts';
import type { Verdict } from './verdict.ts';

/** Limits on a time without writes. */
const outages: ReadonlySet<string> = new Set(['writeOutageMs', 'directOutageMs', 'silenceMs', 'writeDowntimeMs']);

/**
 * A primary that does not serve while the fault lasts, and that nobody may replace, is down for as long as that. Said where
 * a limit on the outage is below the length of the fault and was broken, of a fault that ends by its schedule.
 * @returns a sentence; undefined where the limits can be met together
 */
export function limitsConflict(run: Run, { checks, cause }: Verdict): string | undefined {
  const fault = faultWindows(run)[0];
  const forMs = fault?.scheduled ? inForceMs(fault) : undefined;
  if (!fault || forMs === undefined || !primaryHitBy(run, fault)) return undefined;
  // A fault that was ridden out unnoticed, or in which a failover took the time, excludes nothing.
  const isSilent = contractOf(fault.fault)?.instance !== undefined;
  const isStill = cause?.phase === 'fault' || (isSilent && cause?.phase === 'detect');
  const broken = checks.find(
    ({ metric, outcome, limit }) => outages.has(metric) && outcome === 'fail' && (limit.max ?? Infinity) < forMs,
  );
  if (!isStill || !broken) return undefined;
  const limit = `the limit of ${broken.limit.max! / 1_000} s (${titleOf(broken.metric)})`;
  const forbidden = checks.find(({ metric, limit: { max } }) => metric === 'promotions' && max === 0);
  if (forbidden)
    return `No setting meets both limits with a fault of ${inSeconds(forMs)} s: without a promotion writes are down for as long as the fault lasts, beyond ${limit}; with one the limit on promotions is broken. Decide which of the two matters.`;
  return `Without a failover no setting meets ${limit} with a fault of ${inSeconds(forMs)} s.`;
}
