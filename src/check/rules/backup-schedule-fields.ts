import { cnpg } from '../documentation.ts';
import { replaceValue } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { textOf } from '../nodes.ts';

/** A schedule of five fields is crontab's habit; the operator's schedules begin with seconds. */
export const backupScheduleFields: Rule = {
  id: 'backup-schedule-fields',
  severity: 'error',
  title: 'backup schedule without its seconds field',
  documentation: cnpg('backup', 'cron-schedule'),
  *check(inventory) {
    for (const resource of inventory.scheduledBackups) {
      const at = resource.at('spec', 'schedule');
      const fields = textOf(at?.node)?.trim().split(/\s+/) ?? [];
      if (!at || fields.length !== 5) continue;
      const schedule = fields.join(' ');
      yield {
        resource,
        at,
        message:
          `CloudNativePG reads seconds first, so these five fields mean ${meaning(fields)}, not what crontab makes of ` +
          `them: backups are taken at other times and most often far more often, and their retention and load with them.`,
        change: [replaceValue(at, `0 ${schedule}`)],
      };
    }
  },
};

/** What the operator makes of five fields: second, minute, hour, day of month, month. */
function meaning(fields: readonly string[]): string {
  const units = ['second', 'minute', 'hour', 'day', 'month'];
  const parts = fields.map((field, i) => (field === '*' ? `every ${units[i]}` : `${units[i]} ${field}`));
  return `${parts.slice(0, 3).join(' of ')}${fields[3] === '*' ? '' : ` of ${parts[3]}`}`;
}
