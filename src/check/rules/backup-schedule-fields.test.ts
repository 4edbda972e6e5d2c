import { expect } from 'chai';
import { backupScheduleFields } from './backup-schedule-fields.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const schedule = (text: string) => cnpg('ScheduledBackup', 'daily', `  schedule: ${text}\n  cluster: { name: pg }\n`);

describe('backup-schedule-fields', () => {
  it('finds five fields, and says what the operator makes of them', () => {
    const [finding] = findingsOf(backupScheduleFields, schedule('"0 2 * * *"'));
    expect(finding).to.include({ line: 7, column: 3, severity: 'error' });
    expect(finding!.message).to.contain('second 0 of minute 2 of every hour.');
    expect(finding!.change).to.contain('+  schedule: "0 0 2 * * *"\n');
  });

  it('reads days too, and more than one blank between fields', () => {
    const [finding] = findingsOf(backupScheduleFields, schedule("'30  1 * 5 0'"));
    expect(finding!.message).to.contain('second 30 of minute 1 of every hour of day 5');
    expect(findingsAfterChange(backupScheduleFields, schedule("'30  1 * 5 0'"))).to.eql([]);
  });

  it('raises nothing on six fields, descriptors, or the schedule of a CronJob', () => {
    const cronJob = 'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: x }\nspec: { schedule: "0 2 * * *" }\n';
    expect(linesOf(backupScheduleFields, schedule('"0 0 2 * * *"'), schedule('"@daily"'), cronJob)).to.eql([]);
  });
});
