/** The registry: every measure with the metrics that it gives. A new measure is a file and a line here. */
import type { Run } from '../journal/run.ts';
import { archiveDrain, archiveFailures, archiveHoles, archiveLag, archiveSwitch } from './archive.ts';
import { clientChurn, retryFactor } from './churn.ts';
import { clientGapP95, failedRequests } from './clients.ts';
import { degraded } from './degraded.ts';
import { deposedAcks } from './deposed.ts';
import { drain } from './drain.ts';
import { undeclaredLosses } from './durability.ts';
import { exposedWrites } from './exposed.ts';
import { ledgerCounts, lostWindow } from './ledger.ts';
import type { Limits } from './measured.ts';
import type { MetricName } from './metrics.ts';
import { alertDelay, missedAlerts } from './missed-alerts.ts';
import { outages, writeDowntime } from './outage.ts';
import { phaseTimes } from './phases.ts';
import { pointInTime, restoreLoss } from './pitr.ts';
import { onset, poolerPenalty } from './pooler-penalty.ts';
import { forbiddenPromotions, promotions } from './promotions.ts';
import { recovery } from './recovery.ts';
import { backendsForked, rejectedConnections } from './rejections.ts';
import { k6RequestsFailed, requestsFailed, requestsFailedWithRetry } from './requests.ts';
import { residue } from './residue.ts';
import { backups, restoredDamage, restores } from './restore.ts';
import { silentAlerts } from './silent-alerts.ts';
import { lostBytes, splitBrain } from './split-brain.ts';
import { monotonicViolations, primaryStaleReads, staleRead } from './stale.ts';
import { connectAmplification, hold, peakServerConnects, storm } from './storm.ts';
import type { Measured } from './verdict.ts';
import { clientWait, maxWait } from './waiting.ts';

export interface Measure {
  readonly metrics: readonly MetricName[];
  readonly take: (run: Run, limits: Limits) => readonly Measured[];
}

const one = (metric: MetricName, take: (run: Run, limits: Limits) => Measured): Measure => ({
  metrics: [metric],
  take: (run, limits) => [take(run, limits)],
});

export const measures: readonly Measure[] = [
  { metrics: ['writeOutageMs', 'directOutageMs', 'readOutageMs', 'freshWriteOutageMs'], take: outages },
  one('writeDowntimeMs', writeDowntime),
  one('poolerPenaltyMs', poolerPenalty),
  one('onsetMs', onset),
  one('degradedMs', degraded),
  one('failedRequests', failedRequests),
  one('requestsFailed', requestsFailed),
  one('requestsFailedWithRetry', requestsFailedWithRetry),
  one('k6RequestsFailed', k6RequestsFailed),
  one('clientGapP95Ms', clientGapP95),
  one('stormMs', storm),
  one('holdMs', hold),
  one('connectAmplification', connectAmplification),
  one('peakServerConnectsPerSecond', peakServerConnects),
  one('rejectedConnections', rejectedConnections),
  one('backendsForked', backendsForked),
  one('clientWaitSeconds', clientWait),
  one('maxWaitMs', maxWait),
  one('drainMs', drain),
  one('clientChurn', clientChurn),
  one('retryFactor', retryFactor),
  { metrics: ['detectMs', 'electMs', 'promoteMs', 'routeMs', 'reconnectMs', 'residualMs'], take: phaseTimes },
  { metrics: ['lostWrites', 'resurrectedWrites', 'foreignWrites', 'duplicatedWrites'], take: ledgerCounts },
  one('undeclaredLosses', undeclaredLosses),
  one('exposedWrites', exposedWrites),
  one('promotions', promotions),
  one('forbiddenPromotions', forbiddenPromotions),
  one('lostWindowMs', lostWindow),
  one('lostBytes', lostBytes),
  one('splitBrainMs', splitBrain),
  one('deposedAcksMs', deposedAcks),
  one('staleReadMs', staleRead),
  one('primaryStaleReads', primaryStaleReads),
  one('monotonicViolations', monotonicViolations),
  one('recoveryMs', recovery),
  { metrics: ['backupMs', 'failedBackups'], take: backups },
  { metrics: ['restoreMs', 'failedRestores'], take: restores },
  { metrics: ['pitrMissing', 'pitrExtra', 'pitrAmbiguous'], take: pointInTime },
  one('restoredDamage', restoredDamage),
  { metrics: ['restoreLostWrites', 'restoreLossMs'], take: restoreLoss },
  one('archiveLagMs', archiveLag),
  one('archiveDrainMs', archiveDrain),
  one('archiveSwitchMs', archiveSwitch),
  one('archiveHoles', archiveHoles),
  one('archiveFailures', archiveFailures),
  one('silentAlerts', silentAlerts),
  one('missedAlerts', missedAlerts),
  one('alertDelayMs', alertDelay),
  one('residue', residue),
];
