import { pluginMethod } from '../../kubernetes/barman-plugin.ts';
import { cnpg } from '../documentation.ts';
import { each } from '../each.ts';
import { archivingPlugin, cluster, scheduledBackup, together } from '../example.ts';
import type { Rule } from '../finding.ts';
import { archiverKind } from '../objects/backup.ts';
import type { Resource } from '../objects/resource.ts';
import { isSample } from '../trial.ts';

/** A backup by a method that the Cluster is not configured for fails each time. */
export const scheduleMethodMismatch: Rule = {
  id: 'schedule-method-mismatch',
  severity: 'error',
  title: 'backup method that the Cluster is not configured for',
  documentation: cnpg('backup', 'backup-methods'),
  explanation:
    'A ScheduledBackup or Backup without `method` means `barmanObjectStore`. A Cluster that archives with the plugin has ' +
    'no such section, and every backup fails; `method: plugin` fails likewise on a Cluster without the plugin. ' +
    'WAL is archived all the same, so that nothing shows before a restore is needed.',
  bad: together(cluster(`instances: 1${archivingPlugin}`), scheduledBackup('schedule: "0 0 2 * * *"')),
  drill: 'scheduled-backup',
  check: each(
    ({ scheduledBackups, backups }) => [...scheduledBackups, ...backups],
    function* (resource, inventory) {
      const owners = inventory.clustersFor(resource);
      const method = resource.text('spec', 'method') ?? 'barmanObjectStore';
      const reasons = owners.map((owner) => mismatch(owner, method));
      // Of several Clusters of one name, one that fits is enough.
      if (owners.length === 0 || reasons.some((reason) => reason === undefined)) return;
      // A sample goes with a Cluster of the reader's own.
      if (isSample(resource, inventory) && owners.every(({ base }) => base.source.file !== resource.base.source.file))
        return;
      yield {
        resource,
        at: resource.nearest('spec', 'method'),
        message: `${resource.at('spec', 'method') ? `The method is ${method}` : 'Without method the backup is taken by barmanObjectStore'}, and ${reasons[0]}: every backup fails.`,
        change:
          archiverKind(owners[0]!) === 'plugin' && method === 'barmanObjectStore'
            ? resource.setAll([
                [['spec', 'method'], pluginMethod.method],
                [['spec', 'pluginConfiguration'], pluginMethod.pluginConfiguration],
              ])
            : [],
      };
    },
  ),
};

function mismatch(owner: Resource, method: string): string | undefined {
  const hasPlugin = owner.items('spec', 'plugins').some((item) => owner.field(item, 'enabled') !== 'false');
  if (method === 'barmanObjectStore' && !owner.at('spec', 'backup', 'barmanObjectStore'))
    return `${owner.title} ${hasPlugin ? 'archives with a plugin and ' : ''}has no spec.backup.barmanObjectStore`;
  if (method === 'plugin' && !hasPlugin) return `${owner.title} has no plugin`;
  if (method === 'volumeSnapshot' && !owner.at('spec', 'backup', 'volumeSnapshot'))
    return `${owner.title} has no spec.backup.volumeSnapshot`;
  return undefined;
}
