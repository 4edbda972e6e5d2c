import { expect } from 'chai';
import { cluster } from '../example.ts';
import { backupFailing } from './backup-failing.ts';
import { findingsOf, placesOf } from './try-rule.ts';

const live = (status: string) =>
  `${cluster('instances: 1')}status:\n  conditions:\n    - type: Ready\n      status: "True"\n    - type: LastBackupSucceeded\n      status: "${status}"\n      message: exit status 4\n`;

describe('backup-failing', () => {
  it('finds that the last backup failed, with what the operator reports', () => {
    expect(placesOf(backupFailing, live('False'))).to.eql(['- type: LastBackupSucceeded']);
    expect(findingsOf(backupFailing, live('False'))[0]!.message).to.contain('failed (exit status 4)');
  });

  it('raises nothing while a backup runs, which the operator reports as False too', () => {
    const running = live('False').replace(
      'message: exit status 4',
      'reason: BackupStarted\n      message: New Backup starting up',
    );
    expect(placesOf(backupFailing, running)).to.eql([]);
  });

  it('raises nothing on one that succeeded, and on manifests', () => {
    for (const text of [live('True'), cluster('instances: 1')]) expect(placesOf(backupFailing, text), text).to.eql([]);
  });
});
