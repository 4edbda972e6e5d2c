import { expect } from 'chai';
import { backupUnscheduled } from './backup-unscheduled.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const plugin = '  plugins:\n    - name: barman-cloud.cloudnative-pg.io\n      isWALArchiver: true\n';
const cluster = (more: string) => cnpg('Cluster', 'pg', `  instances: 3\n  storage: { size: 1Gi }\n${more}`);
const schedule = (more = '') =>
  cnpg('ScheduledBackup', 'daily', `  schedule: "@daily"\n  cluster: { name: pg }\n${more}`);

describe('backup-unscheduled', () => {
  it('finds an archive of WAL with nobody to take base backups', () => {
    const [finding] = findingsOf(backupUnscheduled, cluster(plugin));
    expect(finding).to.include({ line: 10 });
    expect(finding!.change).to.contain('+  method: plugin');
    expect(findingsAfterChange(backupUnscheduled, cluster(plugin))).to.eql([]);
  });

  it('finds schedules that are all suspended', () => {
    expect(linesOf(backupUnscheduled, cluster(plugin), schedule('  suspend: true\n'))).to.eql(['2.yaml:9']);
    expect(findingsAfterChange(backupUnscheduled, cluster(plugin), schedule('  suspend: true\n'))).to.eql([]);
  });

  it('raises nothing where one schedule runs, where nothing is archived, or on a throw-away restore', () => {
    const suspended = schedule('  suspend: true\n').replace('daily', 'weekly');
    expect(linesOf(backupUnscheduled, cluster(plugin), schedule(), suspended)).to.eql([]);
    expect(linesOf(backupUnscheduled, cluster(''))).to.eql([]);
    const restore = cluster('  bootstrap: { recovery: { source: a } }\n').replace('instances: 3', 'instances: 1');
    expect(linesOf(backupUnscheduled, restore)).to.eql([]);
  });

  it('takes a schedule of another cluster, or of another namespace, for none', () => {
    expect(linesOf(backupUnscheduled, cluster(plugin), schedule().replace('name: pg', 'name: other'))).to.have.length(
      1,
    );
    expect(
      linesOf(backupUnscheduled, cluster(plugin), schedule().replace('namespace: db', 'namespace: x')),
    ).to.have.length(1);
  });
});
