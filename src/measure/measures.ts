/** The registry: every measure with the metrics that it gives. A new measure is a file and a line here. */
import type { Run } from '../journal/run.ts';
import { alertDelay, missedAlerts } from './alerts/missed-alerts.ts';
import { silentAlerts } from './alerts/silent-alerts.ts';
import { clientGapP95, failedRequests } from './availability/clients.ts';
import { degraded } from './availability/degraded.ts';
import { outages, writeDowntime } from './availability/outage.ts';
import { k6RequestsFailed, requestsFailed, requestsFailedWithRetry } from './availability/requests.ts';
import { cutOffShare } from './availability/share.ts';
import { silence } from './availability/silence.ts';
import { slow } from './availability/slow.ts';
import { archiveDrain, archiveFailures, archiveHoles, archiveLag, archiveSwitch } from './backups/archive.ts';
import { pointInTime, restoreLoss } from './backups/pitr.ts';
import { backupAge, backups, failedAssertions, restoredDamage, restores } from './backups/restore.ts';
import {
  clientRecovery,
  clientRequestsFailed,
  clientRequestsUnknown,
  preparedStatementErrors,
  retryDuplicates,
  stuckClients,
  wrongServerWrites,
} from './clients/measures.ts';
import { backOff } from './failover/back-off.ts';
import { phaseMetrics, phaseTimes } from './failover/phases.ts';
import { recovery } from './failover/recovery.ts';
import { isolationAnomalies, replicaAnomalies } from './isolation/isolation.ts';
import type { Limits } from './measured.ts';
import type { MetricName } from './metrics.ts';
import { ownLoad } from './own-load.ts';
import { clientChurn, retryFactor } from './poolers/churn.ts';
import { drain } from './poolers/drain.ts';
import { onset, poolerPenalty } from './poolers/pooler-penalty.ts';
import { backendsForked, rejectedConnections } from './poolers/rejections.ts';
import { connectAmplification, hold, peakServerConnects, storm } from './poolers/storm.ts';
import { clientWait, maxWait } from './poolers/waiting.ts';
import { residue } from './residue.ts';
import type { Measured } from './verdict.ts';
import { deposedAcks } from './writes/deposed.ts';
import { undeclaredLosses } from './writes/durability.ts';
import { exposedWrites } from './writes/exposed.ts';
import { ledgerCounts, lostWindow } from './writes/ledger.ts';
import { lsnFloorMisses, lsnWait, readYourWrites, readYourWritesShare } from './writes/own-writes.ts';
import { forbiddenPromotions, promotions } from './writes/promotions.ts';
import { replayLag } from './writes/replay-lag.ts';
import { lostBytes, splitBrain } from './writes/split-brain.ts';
import { monotonicViolations, primaryStaleReads, staleRead } from './writes/stale.ts';
import { storage } from './writes/storage.ts';

export interface Measure {
  readonly metrics: readonly MetricName[];
  readonly take: (run: Run, limits: Limits) => readonly Measured[];
}

const one = (metric: MetricName, take: (run: Run, limits: Limits) => Measured): Measure => ({
  metrics: [metric],
  take: (run, limits) => [take(run, limits)],
});

/** A measure of the load's own clients, without the client programs beside them. */
const ofLoad = (metric: MetricName, take: (run: Run) => Measured): Measure => one(metric, (run) => take(ownLoad(run)));

export const measures: readonly Measure[] = [
  { metrics: ['writeOutageMs', 'directOutageMs', 'readOutageMs', 'freshWriteOutageMs'], take: outages },
  one('writeDowntimeMs', writeDowntime),
  one('poolerPenaltyMs', poolerPenalty),
  one('onsetMs', onset),
  ofLoad('degradedMs', degraded),
  one('slowMs', slow),
  one('silenceMs', silence),
  one('cutOffShare', cutOffShare),
  ofLoad('failedRequests', failedRequests),
  one('requestsFailed', requestsFailed),
  one('requestsFailedWithRetry', requestsFailedWithRetry),
  one('k6RequestsFailed', k6RequestsFailed),
  ofLoad('clientGapP95Ms', clientGapP95),
  one('stormMs', storm),
  one('holdMs', hold),
  one('connectAmplification', connectAmplification),
  one('peakServerConnectsPerSecond', peakServerConnects),
  one('rejectedConnections', rejectedConnections),
  one('backendsForked', backendsForked),
  one('clientWaitSeconds', clientWait),
  one('maxWaitMs', maxWait),
  one('drainMs', drain),
  ofLoad('clientChurn', clientChurn),
  ofLoad('retryFactor', retryFactor),
  { metrics: phaseMetrics, take: phaseTimes },
  one('backoffMs', backOff),
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
  one('replayLagMs', replayLag),
  { metrics: ['walPeakBytes', 'slotKeptBytes', 'lostSlots'], take: storage },
  one('readYourWritesMs', readYourWrites),
  one('readYourWritesShare', readYourWritesShare),
  one('lsnWaitMs', lsnWait),
  one('lsnFloorMisses', lsnFloorMisses),
  one('primaryStaleReads', primaryStaleReads),
  one('monotonicViolations', monotonicViolations),
  one('recoveryMs', recovery),
  { metrics: ['backupMs', 'failedBackups'], take: backups },
  { metrics: ['restoreMs', 'failedRestores'], take: restores },
  { metrics: ['pitrMissing', 'pitrExtra', 'pitrAmbiguous'], take: pointInTime },
  one('backupAgeMs', backupAge),
  one('failedAssertions', failedAssertions),
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
  one('stuckClients', stuckClients),
  one('clientRecoveryMs', clientRecovery),
  one('clientRequestsFailed', clientRequestsFailed),
  one('clientRequestsUnknown', clientRequestsUnknown),
  one('wrongServerWrites', wrongServerWrites),
  one('retryDuplicates', retryDuplicates),
  one('preparedStatementErrors', preparedStatementErrors),
  one('isolationAnomalies', isolationAnomalies),
  one('replicaAnomalies', replicaAnomalies),
  one('residue', residue),
];
