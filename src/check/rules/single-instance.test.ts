import { expect } from 'chai';
import { singleInstance } from './single-instance.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const cluster = (more: string) => cnpg('Cluster', 'pg', `  storage: { size: 1Gi }\n${more}`);

describe('single-instance', () => {
  it('finds one instance', () => {
    expect(linesOf(singleInstance, cluster('  instances: 1\n'))).to.eql(['1.yaml:8']);
    expect(findingsAfterChange(singleInstance, cluster('  instances: 1\n'))).to.eql([]);
  });

  it('raises nothing on two, on a restore, or on a patch without the setting', () => {
    expect(linesOf(singleInstance, cluster('  instances: 2\n'))).to.eql([]);
    expect(linesOf(singleInstance, cluster('  instances: 1\n  bootstrap: { recovery: { source: a } }\n'))).to.eql([]);
    expect(linesOf(singleInstance, cluster(''))).to.eql([]);
  });

  it('raises nothing where the budget is off, which is a choice of one instance', () => {
    expect(linesOf(singleInstance, cluster('  instances: 1\n  enablePDB: false\n'))).to.eql([]);
    expect(linesOf(singleInstance, cluster('  instances: 1\n  enablePDB: true\n'))).to.have.length(1);
  });

  it('promises a restore only where the Cluster names a backup', () => {
    const messageOf = (more: string) => findingsOf(singleInstance, cluster(`  instances: 1\n${more}`))[0]!.message;
    expect(messageOf('')).to.contain('without a backup its data is lost');
    for (const more of [
      '  backup: { barmanObjectStore: { destinationPath: s3://a } }\n',
      '  backup: { volumeSnapshot: { className: fast } }\n',
      '  plugins: [{ name: barman-cloud.cloudnative-pg.io }]\n',
    ])
      expect(messageOf(more), more).to.contain('is restored from a backup');
  });

  it('proposes no more instances than another Cluster has', () => {
    const with2 = (other: number) =>
      findingsOf(
        singleInstance,
        cluster('  instances: 1\n'),
        cnpg('Cluster', 'other', `  instances: ${other}\n  storage: { size: 1Gi }\n`),
      )[0]!;
    expect(with2(2)).to.include({ severity: 'info', change: '' });
    expect(with2(3).change).to.contain('+  instances: 3');
  });

  it('is a choice on storage that outlives a node, where the budget only blocks drains', () => {
    const on = (storageClass: string) =>
      findingsOf(
        singleInstance,
        cnpg('Cluster', 'pg', `  instances: 1\n  storage: { storageClass: ${storageClass} }\n`),
      )[0]!;
    for (const name of ['longhorn', 'ceph-block', 'gp3', 'longhorn-replicated']) {
      expect(on(name), name).to.include({ severity: 'info' });
      expect(on(name).change, name).to.match(/^\+ {2}enablePDB: false$/m);
    }
    for (const name of ['local-path', 'openebs-hostpath', 'fast', 'proxmox-csi', 'longhorn-local'])
      expect(on(name), name).to.include({ severity: 'warning' });
  });
});
