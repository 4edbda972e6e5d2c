/** Schedules of CronJobs. Pure. */
import { Cron } from 'croner';
import { UsageError } from '../errors.ts';

/** A leap year is followed by as many common ones; runs of any schedule repeat within it. */
const lookedAt = 800;
const from = new Date('2027-01-01T00:00:00Z');

/**
 * Checks a schedule now, since a CronJob that the API refuses, or that never comes, is noticed late.
 * @param fields five: minute, hour, day of the month, month, day of the week
 * @param timeZone of the IANA database: `Europe/Vienna`
 * @returns the longest time between two of its turns, s
 * @throws UsageError where it is not a schedule of five fields, never comes, or the time zone does not exist
 */
export function longestGapS(fields: string, timeZone: string): number {
  if (!/^\S+(\s+\S+){4}$/.test(fields.trim()))
    throw new UsageError(`a CronJob's schedule has five fields, such as "0 3 1 * *"; it got "${fields}"`);
  if (!isTimeZone(timeZone))
    throw new UsageError(`--time-zone expects a name such as Europe/Vienna or Etc/UTC; it got "${timeZone}"`);
  const turns = turnsOf(fields, timeZone);
  if (turns.length < 2) throw new UsageError(`the schedule "${fields}" should come again and again, but does not`);
  const gaps = turns.slice(1).map((turn, i) => turn.getTime() - turns[i]!.getTime());
  return Math.max(...gaps) / 1_000;
}

function isTimeZone(name: string): boolean {
  try {
    // Offsets such as +02:00 are not names, and Kubernetes refuses them.
    return /^[A-Za-z]/.test(name) && name !== 'Local' && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

function turnsOf(fields: string, timeZone: string): Date[] {
  try {
    return new Cron(fields, { timezone: timeZone, mode: '5-part' }).nextRuns(lookedAt, from);
  } catch (error) {
    throw new UsageError(`the schedule "${fields}" is not one of a CronJob: ${(error as Error).message}`);
  }
}
