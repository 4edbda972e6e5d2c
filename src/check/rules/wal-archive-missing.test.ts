import { expect } from 'chai';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';
import { walArchiveMissing } from './wal-archive-missing.ts';

const cluster = (more: string) => cnpg('Cluster', 'pg', `  instances: 3\n  storage: { size: 1Gi }\n${more}`);

describe('wal-archive-missing', () => {
  it('finds a cluster that archives nothing', () => {
    expect(linesOf(walArchiveMissing, cluster(''))).to.eql(['1.yaml:4']);
    expect(findingsAfterChange(walArchiveMissing, cluster(''))).to.eql([]);
  });

  it('finds volume snapshots alone, and a plugin that is off or archives nothing', () => {
    expect(linesOf(walArchiveMissing, cluster('  backup:\n    volumeSnapshot: {}\n'))).to.eql(['1.yaml:9']);
    for (const plugin of ['{ name: x, isWALArchiver: true, enabled: false }', '{ name: x }'])
      expect(findingsOf(walArchiveMissing, cluster(`  plugins: [${plugin}]\n`))[0]).to.include({ line: 9, change: '' });
  });

  it('raises nothing on either archiver, or on a throw-away restore', () => {
    expect(linesOf(walArchiveMissing, cluster('  plugins: [{ name: x, isWALArchiver: true }]\n'))).to.eql([]);
    expect(linesOf(walArchiveMissing, cluster('  backup: { barmanObjectStore: {} }\n'))).to.eql([]);
    const restore = cnpg(
      'Cluster',
      'r',
      '  instances: 1\n  storage: { size: 1Gi }\n  bootstrap: { recovery: { source: pg } }\n',
    );
    expect(linesOf(walArchiveMissing, restore)).to.eql([]);
  });

  it('raises nothing on what keeps only copies and logs, by its name', () => {
    for (const name of ['attic', 'attic-db', 'blocky-postgres', 'build-cache'])
      expect(linesOf(walArchiveMissing, cluster('').replace('name: pg', `name: ${name}`)), name).to.eql([]);
    for (const name of ['cachet', 'catalogs', 'logs-of-orders'])
      expect(linesOf(walArchiveMissing, cluster('').replace('name: pg', `name: ${name}`)), name).to.have.length(1);
  });

  it('raises nothing where Longhorn or Velero backs up the volumes', () => {
    const longhorn = (task: string) =>
      `apiVersion: longhorn.io/v1beta2\nkind: RecurringJob\nmetadata: { name: a }\nspec: { task: ${task} }\n`;
    const velero = 'apiVersion: velero.io/v1\nkind: Schedule\nmetadata: { name: a }\nspec: { schedule: 0 3 * * * }\n';
    expect(linesOf(walArchiveMissing, cluster(''), longhorn('backup'))).to.eql([]);
    expect(linesOf(walArchiveMissing, cluster(''), longhorn('filesystem-trim'))).to.eql(['1.yaml:4']);
    expect(linesOf(walArchiveMissing, cluster(''), velero)).to.eql([]);
  });

  it('names standbys only where there are some', () => {
    const messageOf = (text: string) => findingsOf(walArchiveMissing, text)[0]!.message;
    expect(messageOf(cluster(''))).to.contain('on every standby at once');
    expect(messageOf(cluster('').replace('instances: 3', 'instances: 1'))).not.to.contain('standby');
  });
});
