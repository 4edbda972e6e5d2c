import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster, scheduledBackup, together } from '../example.ts';
import type { Rule } from '../finding.ts';
import type { Inventory } from '../objects/inventory.ts';
import type { Resource } from '../objects/resource.ts';

const dayMs = 86_400_000;
/** CloudNativePG's documentation calls a weekly base backup sufficient in most cases. */
const atMostDays = 7;

const example = (lastBackup: string): string =>
  `${cluster('instances: 1')}status:\n  lastSuccessfulBackup: "${lastBackup}"\n`;

/** Found in what a live cluster reports; manifests without status say nothing about it. */
export const backupStale: Rule = {
  id: 'backup-stale',
  severity: 'warning',
  onlyInProduction: true,
  title: 'no recent base backup',
  documentation: cnpg('backup', 'backup-frequency-and-rto'),
  explanation:
    'Backups are scheduled, but the last one that succeeded is more than a week old, or none has. A restore then has ' +
    'to replay all WAL since, or has nothing to begin with. The rule reads the status of a live cluster.',
  bad: together(example('2020-01-01T02:00:00Z'), scheduledBackup('schedule: "0 0 2 * * *"')),
  good: together(example('2099-01-01T02:00:00Z'), scheduledBackup('schedule: "0 0 2 * * *"')),
  drill: 'scheduled-backup',
  check: eachCluster(function* (resource, inventory) {
    if (!resource.at('status') || inventory.schedulesOf(resource).length === 0) return;
    const lastMs = lastBackupMs(inventory, resource);
    const days = lastMs === undefined ? undefined : Math.floor((inventory.nowMs - lastMs) / dayMs);
    if (days !== undefined && days <= atMostDays) return;
    if (days === undefined && ageMs(inventory, resource) < dayMs) return;
    const since = days === undefined ? 'No base backup has ever succeeded' : `The last base backup is ${days} days old`;
    const harm = days === undefined ? 'a restore has nothing to begin with' : 'a restore replays all WAL since then';
    yield {
      resource,
      at: resource.nearest('status', 'lastSuccessfulBackup'),
      message: `${since} although backups are scheduled: if the cluster is lost, ${harm}. kubectl get backup shows why.`,
      change: [],
    };
  }),
};

/** The end of the last backup that succeeded, by the Cluster's status and by Backup objects. */
function lastBackupMs(inventory: Inventory, resource: Resource): number | undefined {
  const completed = inventory
    .backupsOf(resource)
    .filter((backup) => backup.text('status', 'phase') === 'completed')
    .map((backup) => backup.text('status', 'stoppedAt'));
  const times = [resource.text('status', 'lastSuccessfulBackup'), ...completed]
    .map((time) => Date.parse(time ?? ''))
    .filter((time) => Number.isFinite(time));
  return times.length > 0 ? Math.max(...times) : undefined;
}

const ageMs = (inventory: Inventory, resource: Resource): number =>
  inventory.nowMs - Date.parse(resource.text('metadata', 'creationTimestamp') ?? '1970-01-01T00:00:00Z');
