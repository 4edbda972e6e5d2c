import { schedulesOf } from '../backup.ts';
import { cnpg } from '../documentation.ts';
import type { Rule } from '../finding.ts';
import type { Inventory } from '../inventory.ts';
import type { Resource } from '../resource.ts';

const dayMs = 86_400_000;
/** CloudNativePG calls a weekly base backup sufficient in most cases. */
const atMostDays = 7;

/** Seen in what a live cluster reports; manifests without status say nothing of it. */
export const backupStale: Rule = {
  id: 'backup-stale',
  severity: 'warning',
  title: 'no recent base backup',
  documentation: cnpg('backup', 'backup-frequency-and-rto'),
  *check(inventory) {
    for (const resource of inventory.clusters) {
      if (!resource.at('status') || schedulesOf(inventory, resource).length === 0) continue;
      const lastMs = lastBackupMs(inventory, resource);
      const days = lastMs === undefined ? undefined : Math.floor((inventory.nowMs - lastMs) / dayMs);
      if (days !== undefined && days <= atMostDays) continue;
      if (days === undefined && ageMs(inventory, resource) < dayMs) continue;
      yield {
        resource,
        at: resource.nearest('status', 'lastSuccessfulBackup'),
        message:
          (days === undefined
            ? 'No base backup of it has ever succeeded'
            : `Its last base backup is ${days} days old`) +
          ` although backups are scheduled: if the cluster is lost, ${days === undefined ? 'there is nothing to restore from' : 'all WAL since then must be replayed'}. ` +
          `See why with kubectl get backup.`,
        change: [],
      };
    }
  },
};

/** The end of the last backup that succeeded, by the Cluster's status and by Backup objects. */
function lastBackupMs(inventory: Inventory, cluster: Resource): number | undefined {
  const completed = inventory.backups
    .filter((backup) => inventory.belongsTo(backup, cluster) && backup.text('status', 'phase') === 'completed')
    .map((backup) => backup.text('status', 'stoppedAt'));
  const times = [cluster.text('status', 'lastSuccessfulBackup'), ...completed]
    .map((time) => Date.parse(time ?? ''))
    .filter((time) => Number.isFinite(time));
  return times.length > 0 ? Math.max(...times) : undefined;
}

const ageMs = (inventory: Inventory, cluster: Resource): number =>
  inventory.nowMs - Date.parse(cluster.text('metadata', 'creationTimestamp') ?? '1970-01-01T00:00:00Z');
