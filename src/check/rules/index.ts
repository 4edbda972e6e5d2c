/** All rules. A new one is a file, its test beside it, and a line here. */
import type { Rule } from '../finding.ts';
import { backupScheduleFields } from './backup-schedule-fields.ts';
import { backupStale } from './backup-stale.ts';
import { backupUnscheduled } from './backup-unscheduled.ts';
import { barmanInTree } from './barman-in-tree.ts';
import { bootstrapRoleMissing } from './bootstrap-role-missing.ts';
import { connectionUnencrypted } from './connection-unencrypted.ts';
import { connectionsExceedMax } from './connections-exceed-max.ts';
import { imageDowngrade } from './image-downgrade.ts';
import { instanceRoleLabel } from './instance-role-label.ts';
import { instancesOnOneNode } from './instances-on-one-node.ts';
import { metricLagUnit } from './metric-lag-unit.ts';
import { metricUnknown } from './metric-unknown.ts';
import { poolerBypassed } from './pooler-bypassed.ts';
import { poolerConnectTimeout } from './pooler-connect-timeout.ts';
import { poolerDeadConnections } from './pooler-dead-connections.ts';
import { poolerLoginRetry } from './pooler-login-retry.ts';
import { poolerServiceUnknown } from './pooler-service-unknown.ts';
import { poolerSessionMode } from './pooler-session-mode.ts';
import { poolerSingleInstance } from './pooler-single-instance.ts';
import { poolersOnOneNode } from './poolers-on-one-node.ts';
import { replicationAsynchronous } from './replication-asynchronous.ts';
import { roleSecretFormat } from './role-secret-format.ts';
import { servicemonitorWithoutPort } from './servicemonitor-without-port.ts';
import { singleInstance } from './single-instance.ts';
import { smartShutdownWithPooler } from './smart-shutdown-with-pooler.ts';
import { storageMissing } from './storage-missing.ts';
import { synchronousWithoutSpare } from './synchronous-without-spare.ts';
import { walArchiveMissing } from './wal-archive-missing.ts';

export const rules: readonly Rule[] = [
  backupScheduleFields,
  backupStale,
  backupUnscheduled,
  barmanInTree,
  bootstrapRoleMissing,
  connectionUnencrypted,
  connectionsExceedMax,
  imageDowngrade,
  instanceRoleLabel,
  instancesOnOneNode,
  metricLagUnit,
  metricUnknown,
  poolerBypassed,
  poolerConnectTimeout,
  poolerDeadConnections,
  poolerLoginRetry,
  poolerServiceUnknown,
  poolerSessionMode,
  poolerSingleInstance,
  poolersOnOneNode,
  replicationAsynchronous,
  roleSecretFormat,
  servicemonitorWithoutPort,
  singleInstance,
  smartShutdownWithPooler,
  storageMissing,
  synchronousWithoutSpare,
  walArchiveMissing,
];
