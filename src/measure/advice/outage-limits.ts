/** Which limits are about an outage: its cause explains why they broke, and what shortens it may meet them. */
import type { Check } from '../verdict.ts';

/** Limits on a time without writes. */
export const outageTimes: ReadonlySet<string> = new Set([
  ...['writeOutageMs', 'directOutageMs', 'silenceMs', 'writeDowntimeMs', 'freshWriteOutageMs', 'clientGapP95Ms'],
]);

/** Limits on the parts and the course of an outage. */
const outageCourse: ReadonlySet<string> = new Set([
  ...['readOutageMs', 'onsetMs', 'degradedMs', 'slowMs', 'cutOffShare', 'promotions', 'exposedWrites'],
  ...['poolerPenaltyMs', 'stormMs', 'holdMs', 'connectAmplification', 'peakServerConnectsPerSecond', 'maxWaitMs'],
  ...['drainMs', 'clientChurn', 'retryFactor', 'backoffMs', 'detectMs', 'electMs', 'leaseMs', 'promoteMs', 'faultMs'],
  ...['restartMs', 'routeMs', 'reconnectMs', 'standbyMs', 'residualMs', 'rejectedConnections', 'backendsForked'],
]);

/** Whether a check is about an outage that lasted too long. One that had to last longer (`min`) is not. */
const isOfOutage = ({ metric, limit }: Pick<Check, 'metric' | 'limit'>): boolean =>
  limit.min === undefined && (outageTimes.has(metric) || outageCourse.has(metric));

/** Whether the run failed, and no limit on the outage broke: what shortens the outage does not help. */
export const failedBeside = (checks: readonly Check[]): boolean => {
  const broken = checks.filter(({ outcome }) => outcome === 'fail');
  return broken.length > 0 && !broken.some(isOfOutage);
};

/** Whether a limit on a time without writes broke, in either direction. */
export const outageBroke = (checks: readonly Check[]): boolean =>
  checks.some(({ metric, outcome }) => outcome === 'fail' && outageTimes.has(metric));
