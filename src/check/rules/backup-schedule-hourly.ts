import { replaceValue } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachScheduledBackup } from '../each.ts';
import { scheduledBackup } from '../example.ts';
import type { Rule } from '../finding.ts';

/** More than this many base backups a day are a mistake rather than a wish. */
const atMostDaily = 8;

/** Six fields whose hour is `*`: every hour, or more often. */
export const backupScheduleHourly: Rule = {
  id: 'backup-schedule-hourly',
  severity: 'warning',
  title: 'base backups every hour or more often',
  documentation: cnpg('backup', 'cron-schedule'),
  explanation:
    'The schedule has six fields, and its hour is `*`: a base backup is taken every hour. Base backups copy the whole ' +
    'database; WAL already covers the time between them. Accept it for a small database that is to be restored fast.',
  bad: scheduledBackup('schedule: "0 0 * * * *"'),
  check: eachScheduledBackup(function* (resource) {
    const at = resource.at('spec', 'schedule');
    const schedule = resource.text('spec', 'schedule')?.trim() ?? '';
    const fields = schedule.split(/\s+/);
    const daily = everyOf(schedule) ?? (fields.length === 6 ? timesADay(fields) : 0);
    if (!at || daily <= atMostDaily) return;
    const [second, minute] = fields as [string, string];
    const fixed = (field: string) => (/^\d+$/.test(field) ? field : '0');
    const days = fields.length === 6 ? fields.slice(3).join(' ') : '* * *';
    yield {
      resource,
      at,
      message:
        `This takes ${daily} base backups a day, each a copy of the whole database; WAL already covers the time between ` +
        `them. The fields are second, minute, hour, day of month, month and day of week.`,
      change: [replaceValue(at, `${fixed(second)} ${fixed(minute)} 2 ${days}`)],
    };
  }),
};

/** How often `@hourly` and `@every 90m` run in a day; undefined for other notations. */
function everyOf(schedule: string): number | undefined {
  if (schedule === '@hourly') return 24;
  const span = /^@every\s+((?:\d+(?:\.\d+)?[hms])+)$/.exec(schedule)?.[1];
  if (span === undefined) return undefined;
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  const seconds = [...span.matchAll(/([\d.]+)([hms])/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * units[unit!]!,
    0,
  );
  return seconds > 0 ? Math.floor(86_400 / seconds) : undefined;
}

/** How often a schedule of six fields runs on a day on which it runs. */
const timesADay = ([second, minute, hour]: readonly string[]): number =>
  timesOf(second!, 60) * timesOf(minute!, 60) * timesOf(hour!, 24);

/** How many values a field of cron takes: `*`, `a-b`, `a,b`, and each with a step. */
function timesOf(field: string, range: number): number {
  return field
    .split(',')
    .map((part) => {
      const [span, step = '1'] = part.split('/') as [string, string?];
      const bounds = /^(\d+)-(\d+)$/.exec(span);
      const isSingle = /^\d+$/.test(span);
      const width = bounds
        ? Number(bounds[2]) - Number(bounds[1]) + 1
        : isSingle
          ? part.includes('/')
            ? range - Number(span)
            : 1
          : range;
      return Math.max(1, Math.ceil(width / Math.max(1, Number(step) || 1)));
    })
    .reduce((sum, times) => sum + times, 0);
}
