import { replaceValue } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachScheduledBackup } from '../each.ts';
import { scheduledBackup } from '../example.ts';
import type { Rule } from '../finding.ts';

/** Five fields are crontab's habit; the operator's schedules begin with seconds. */
export const backupScheduleFields: Rule = {
  id: 'backup-schedule-fields',
  severity: 'error',
  title: 'backup schedule without its seconds field',
  documentation: cnpg('backup', 'cron-schedule'),
  explanation:
    'CloudNativePG reads the first field of a schedule as seconds, and fills in the sixth that is missing. A daily ' +
    'schedule in crontab’s notation therefore runs every hour: backups load the cluster and fill the object store.',
  bad: scheduledBackup('schedule: "0 2 * * *"'),
  drill: 'scheduled-backup',
  measured: 'CloudNativePG 1.30 on k3s read `0 2 * * *` as minute 2 of every hour (`docs/measured.md`)',
  check: eachScheduledBackup(function* (resource) {
    const at = resource.at('spec', 'schedule');
    const fields = resource.text('spec', 'schedule')?.trim().split(/\s+/) ?? [];
    if (!at || fields.length !== 5) return;
    yield {
      resource,
      at,
      message:
        `CloudNativePG reads seconds first, so these five fields mean ${meaning(fields)}. Backups run at other times ` +
        `than in crontab, as a rule far more often, and load the cluster and the object store.`,
      change: [replaceValue(at, `0 ${fields.join(' ')}`)],
    };
  }),
};

/** What the operator makes of five fields: second, minute, hour, day of month, month. */
function meaning(fields: readonly string[]): string {
  const units = ['second', 'minute', 'hour', 'day', 'month'];
  const parts = fields.map((field, i) => (field === '*' ? `every ${units[i]}` : `${units[i]} ${field}`));
  return `${parts.slice(0, 3).join(' of ')}${fields[3] === '*' ? '' : ` of ${parts[3]}`}`;
}
