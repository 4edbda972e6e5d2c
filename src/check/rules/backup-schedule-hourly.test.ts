import { expect } from 'chai';
import { scheduledBackup } from '../example.ts';
import { backupScheduleHourly } from './backup-schedule-hourly.ts';
import { placesOf } from './try-rule.ts';

describe('backup-schedule-hourly', () => {
  it('finds a schedule that runs every hour or more often', () => {
    expect(placesOf(backupScheduleHourly, scheduledBackup(`schedule: "0 0 * * * *"`))).to.eql([
      'schedule: "0 0 * * * *"',
    ]);
    expect(placesOf(backupScheduleHourly, scheduledBackup(`schedule: "0 */15 * * * *"`))).to.eql([
      'schedule: "0 */15 * * * *"',
    ]);
    expect(placesOf(backupScheduleHourly, scheduledBackup(`schedule: "@hourly"`))).to.eql(['schedule: "@hourly"']);
  });

  it('raises nothing up to eight times a day, or on five fields, which have a rule of their own', () => {
    for (const text of [
      scheduledBackup(`schedule: "0 0 2 * * *"`),
      scheduledBackup(`schedule: "0 0 */4 * * *"`),
      scheduledBackup(`schedule: "@daily"`),
      scheduledBackup(`schedule: "0 2 * * *"`),
    ])
      expect(placesOf(backupScheduleHourly, text), text).to.eql([]);
  });
});
