/** Limits of a run that no setting can meet with a fault of this length, and which limits would fit what the run showed. */
import type { Run } from '../../journal/run.ts';
import { faultWindows } from '../availability/fault-windows.ts';
import { longestInForceMs } from '../failover/fault-words.ts';
import { primaryHitBy } from '../failover/target-role.ts';
import { inSeconds, secondsAbove } from '../measured.ts';
import { titleOf } from '../metrics.ts';
import type { Check, Verdict } from '../verdict.ts';
import { outageTimes } from './outage-limits.ts';
import type { Proposal } from './proposal.ts';

/**
 * A primary that does not serve while the fault lasts is down for as long as that, or until another has taken over. Said
 * where a limit on the outage is below both and was broken, of a fault that ends by its schedule.
 * @param found what could be changed: a setting that meets the limit is the better answer
 * @returns sentences; undefined where the limits can be met
 */
export function limitsConflict(run: Run, verdict: Verdict, found: readonly Proposal[]): string | undefined {
  const { checks, cause, measured } = verdict;
  const fault = faultWindows(run)[0];
  const forMs = fault?.scheduled ? longestInForceMs(run, fault) : undefined;
  if (!fault || forMs === undefined || !primaryHitBy(run, fault)) return undefined;
  // A fault that was ridden out unnoticed, or an outage of other parts, excludes nothing.
  if (cause?.phase !== 'fault' && cause?.phase !== 'detect') return undefined;
  const broken = checks.find(
    ({ metric, outcome, limit }) => outageTimes.has(metric) && outcome === 'fail' && (limit.max ?? Infinity) < forMs,
  );
  if (!broken || found.some(({ savesMs }) => (broken.value ?? 0) - savesMs.high <= broken.limit.max!)) return undefined;
  const promoted = (measured.find(({ metric }) => metric === 'promotions')?.value ?? 0) > 0;
  const limit = `No setting meets the limit of ${broken.limit.max! / 1_000} s (${titleOf(broken.metric)}) with a fault of ${inSeconds(forMs)} s: without a failover writes are down for as long as it lasts`;
  const mayPromote = checks.some(({ metric, limit: { max } }) => metric === 'promotions' && max === 0)
    ? 'allow a promotion and '
    : '';
  // The limit is raised above what this measure showed, with its uncertainty: another has its own.
  const most = broken.upper ?? broken.value ?? 0;
  if (promoted && cause.phase === 'detect' && isQuicker(broken, forMs))
    return `${limit}, and the failover of this run took ${inSeconds(broken.value!)} s. Change the limits: to ride such a fault out, raise the limit ${broken.metric} above ${secondsAbove(forMs)} s; to fail over, ${mayPromote}raise it above ${secondsAbove(most)} s.`;
  if (promoted) return `${limit}, and the failover of this run took as long (${inSeconds(broken.value!)} s).`;
  return `${limit}, and nothing started one. To ride such a fault out, raise the limit ${broken.metric} above ${secondsAbove(Math.max(forMs, most))} s; to fail over, ${mayPromote}order the failover when the alert fires.`;
}

/** Whether the failover ended the outage before the fault had ended. */
const isQuicker = ({ value }: Check, forMs: number): boolean => value !== null && value < forMs;
