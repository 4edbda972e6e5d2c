import { expect } from 'chai';
import { backupStale } from './backup-stale.ts';
import { cnpg, findingsOf, linesOf } from './try-rule.ts';

// The tests' clock stands at 2026-11-01.
const schedule = cnpg('ScheduledBackup', 'daily', '  schedule: "0 0 2 * * *"\n  cluster: { name: pg }\n');
const cluster = (status: string) => `${cnpg('Cluster', 'pg', '  instances: 3\n  storage: { size: 1Gi }\n')}${status}`;
const backup = (phase: string, stoppedAt: string) =>
  `${cnpg('Backup', 'b', '  cluster: { name: pg }\n')}status: { phase: ${phase}, stoppedAt: "${stoppedAt}" }\n`;

describe('backup-stale', () => {
  it('finds a last backup that is older than a week', () => {
    const live = cluster('status:\n  readyInstances: 3\n  lastSuccessfulBackup: "2026-10-20T02:00:00Z"\n');
    const [finding] = findingsOf(backupStale, live, schedule);
    expect(finding).to.include({ line: 11 });
    expect(finding!.message).to.contain('11 days old');
  });

  it('finds that none ever succeeded, once there was time for one', () => {
    expect(findingsOf(backupStale, cluster('status: {}\n'), schedule)[0]!.message).to.contain('has ever succeeded');
    const young = cluster('status: {}\n').replace(
      '  namespace',
      '  creationTimestamp: 2026-10-31T23:00:00Z\n  namespace',
    );
    expect(linesOf(backupStale, young, schedule)).to.eql([]);
  });

  it('takes the newest that completed, by the Cluster or by a Backup', () => {
    const live = cluster('status: { lastSuccessfulBackup: "2026-10-01T02:00:00Z" }\n');
    expect(linesOf(backupStale, live, schedule, backup('completed', '2026-10-30T02:00:00Z'))).to.eql([]);
    expect(linesOf(backupStale, live, schedule, backup('failed', '2026-10-30T02:00:00Z'))).to.have.length(1);
  });

  it('raises nothing on manifests, which have no status, nor where no backup is scheduled', () => {
    expect(linesOf(backupStale, cluster(''), schedule)).to.eql([]);
    expect(linesOf(backupStale, cluster('status: {}\n'))).to.eql([]);
  });
});
