import { pluginMethod } from '../../kubernetes/barman-plugin.ts';
import { archiverOf, schedulesOf } from '../backup.ts';
import { cnpg } from '../documentation.ts';
import { appendDocument, replaceValue } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { isThrowAwayRestore } from '../replication.ts';
import type { Resource } from '../resource.ts';

/** An archive of WAL is of no use without a base backup to begin from. */
export const backupUnscheduled: Rule = {
  id: 'backup-unscheduled',
  severity: 'warning',
  title: 'Cluster whose base backups nobody takes',
  documentation: cnpg('backup', 'scheduled-backups'),
  *check(inventory) {
    for (const resource of inventory.clusters) {
      const archiver = archiverOf(resource);
      if (!archiver || isThrowAwayRestore(resource)) continue;
      const schedules = schedulesOf(inventory, resource);
      if (schedules.length === 0)
        yield {
          resource,
          at: archiver,
          message:
            `WAL of ${resource.name} is archived, but no ScheduledBackup takes base backups of it: a restore has nothing ` +
            `to begin from, or must replay all WAL since the last backup that somebody took by hand.`,
          change: [appendDocument(resource.base, daily(resource))],
        };
      const paused = schedules.map((schedule) => schedule.at('spec', 'suspend'));
      if (schedules.length > 0 && schedules.every((schedule) => schedule.text('spec', 'suspend') === 'true'))
        for (const [nth, at] of paused.entries())
          if (at)
            yield {
              resource: schedules[nth]!,
              at,
              message: `Every schedule of ${resource.title} is suspended: no base backup is taken, and a restore takes longer each day.`,
              change: [replaceValue(at, 'false')],
            };
    }
  },
};

function daily(cluster: Resource): object {
  const byPlugin = cluster.at('spec', 'backup', 'barmanObjectStore') === undefined;
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'ScheduledBackup',
    metadata: { name: `${cluster.name}-daily`, ...(cluster.namespace ? { namespace: cluster.namespace } : {}) },
    spec: {
      schedule: '0 0 2 * * *',
      backupOwnerReference: 'self',
      cluster: { name: cluster.name },
      ...(byPlugin ? pluginMethod : {}),
    },
  };
}
