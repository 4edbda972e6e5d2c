/** All rules. A new one is a file, its test beside it, and a line here. */
import type { Rule } from '../finding.ts';
import { acceptUnknown } from './accept-unknown.ts';
import { archivingFailing } from './archiving-failing.ts';
import { backupMetricOfPlugin } from './backup-metric-of-plugin.ts';
import { backupScheduleFields } from './backup-schedule-fields.ts';
import { backupScheduleHourly } from './backup-schedule-hourly.ts';
import { backupStale } from './backup-stale.ts';
import { backupUnscheduled } from './backup-unscheduled.ts';
import { barmanInTree } from './barman-in-tree.ts';
import { bootstrapRoleMissing } from './bootstrap-role-missing.ts';
import { certificateExpiring } from './certificate-expiring.ts';
import { certificateNotReloaded } from './certificate-not-reloaded.ts';
import { clusterFenced } from './cluster-fenced.ts';
import { clusterHibernated } from './cluster-hibernated.ts';
import { connectionUnencrypted } from './connection-unencrypted.ts';
import { connectionsExceedMax } from './connections-exceed-max.ts';
import { diskFull } from './disk-full.ts';
import { disruptionBudgetOff } from './disruption-budget-off.ts';
import { durabilityOff } from './durability-off.ts';
import { failoverDelayed } from './failover-delayed.ts';
import { fieldUnknown } from './field-unknown.ts';
import { imageDowngrade } from './image-downgrade.ts';
import { imageTagMoving } from './image-tag-moving.ts';
import { instanceRoleLabel } from './instance-role-label.ts';
import { instancesOnOneNode } from './instances-on-one-node.ts';
import { isolationCheckOff } from './isolation-check-off.ts';
import { maintenanceLeftOn } from './maintenance-left-on.ts';
import { metricLagUnit } from './metric-lag-unit.ts';
import { metricUnknown } from './metric-unknown.ts';
import { poolerBypassed } from './pooler-bypassed.ts';
import { poolerClientLimit } from './pooler-client-limit.ts';
import { poolerConnectTimeout } from './pooler-connect-timeout.ts';
import { poolerDeadConnections } from './pooler-dead-connections.ts';
import { poolerLoginRetry } from './pooler-login-retry.ts';
import { poolerParameterRefused } from './pooler-parameter-refused.ts';
import { poolerPaused } from './pooler-paused.ts';
import { poolerRecreated } from './pooler-recreated.ts';
import { poolerServiceUnknown } from './pooler-service-unknown.ts';
import { poolerSessionMode } from './pooler-session-mode.ts';
import { poolerSingleInstance } from './pooler-single-instance.ts';
import { poolersOnOneNode } from './poolers-on-one-node.ts';
import { postgresUnsupported } from './postgres-unsupported.ts';
import { recoverySameArchive } from './recovery-same-archive.ts';
import { referenceMissing } from './reference-missing.ts';
import { replicationAsynchronous } from './replication-asynchronous.ts';
import { replicationSlotsOff } from './replication-slots-off.ts';
import { resourcesMissing } from './resources-missing.ts';
import { retentionMissing } from './retention-missing.ts';
import { retentionWithoutEffect } from './retention-without-effect.ts';
import { roleNotReconciled } from './role-not-reconciled.ts';
import { roleSecretFormat } from './role-secret-format.ts';
import { scheduleMethodMismatch } from './schedule-method-mismatch.ts';
import { servicemonitorWithoutPort } from './servicemonitor-without-port.ts';
import { singleInstance } from './single-instance.ts';
import { smartShutdownWithPooler } from './smart-shutdown-with-pooler.ts';
import { storageMissing } from './storage-missing.ts';
import { synchronousLegacy } from './synchronous-legacy.ts';
import { synchronousWithoutQuorum } from './synchronous-without-quorum.ts';
import { synchronousWithoutSpare } from './synchronous-without-spare.ts';
import { walArchiveMissing } from './wal-archive-missing.ts';
import { walUnbounded } from './wal-unbounded.ts';
import { walVolumeSmall } from './wal-volume-small.ts';

export const rules: readonly Rule[] = [
  acceptUnknown,
  archivingFailing,
  backupMetricOfPlugin,
  backupScheduleFields,
  backupScheduleHourly,
  backupStale,
  backupUnscheduled,
  barmanInTree,
  bootstrapRoleMissing,
  certificateExpiring,
  certificateNotReloaded,
  clusterFenced,
  clusterHibernated,
  connectionUnencrypted,
  connectionsExceedMax,
  diskFull,
  disruptionBudgetOff,
  durabilityOff,
  failoverDelayed,
  fieldUnknown,
  imageDowngrade,
  imageTagMoving,
  instanceRoleLabel,
  instancesOnOneNode,
  isolationCheckOff,
  maintenanceLeftOn,
  metricLagUnit,
  metricUnknown,
  poolerBypassed,
  poolerClientLimit,
  poolerConnectTimeout,
  poolerDeadConnections,
  poolerLoginRetry,
  poolerParameterRefused,
  poolerPaused,
  poolerRecreated,
  poolerServiceUnknown,
  poolerSessionMode,
  poolerSingleInstance,
  poolersOnOneNode,
  postgresUnsupported,
  recoverySameArchive,
  referenceMissing,
  replicationAsynchronous,
  replicationSlotsOff,
  resourcesMissing,
  retentionMissing,
  retentionWithoutEffect,
  roleNotReconciled,
  roleSecretFormat,
  scheduleMethodMismatch,
  servicemonitorWithoutPort,
  singleInstance,
  smartShutdownWithPooler,
  storageMissing,
  synchronousLegacy,
  synchronousWithoutQuorum,
  synchronousWithoutSpare,
  walArchiveMissing,
  walUnbounded,
  walVolumeSmall,
];
