import { expect } from 'chai';
import { replicationAsynchronous } from './replication-asynchronous.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const cluster = (instances: number, more: string) =>
  cnpg('Cluster', 'pg', `  instances: ${instances}\n  storage: { size: 1Gi }\n${more}`);

describe('replication-asynchronous', () => {
  it('finds standbys that no commit waits for', () => {
    expect(linesOf(replicationAsynchronous, cluster(3, '  postgresql:\n    parameters: {}\n'))).to.eql(['1.yaml:9']);
    expect(findingsAfterChange(replicationAsynchronous, cluster(3, ''))).to.eql([]);
  });

  it('does not propose to stop all writes of two instances when one is lost', () => {
    expect(findingsOf(replicationAsynchronous, cluster(2, ''))[0]!.change).to.contain('dataDurability: preferred');
  });

  it('raises nothing on synchronous replication, also of the older notation', () => {
    expect(
      linesOf(replicationAsynchronous, cluster(3, '  postgresql: { synchronous: { method: any, number: 1 } }\n')),
    ).to.eql([]);
    expect(linesOf(replicationAsynchronous, cluster(3, '  minSyncReplicas: 1\n  maxSyncReplicas: 1\n'))).to.eql([]);
    expect(linesOf(replicationAsynchronous, cluster(3, '  minSyncReplicas: 0\n'))).to.have.length(1);
  });

  it('raises nothing on one instance, or on a cluster that only follows another', () => {
    expect(linesOf(replicationAsynchronous, cluster(1, ''))).to.eql([]);
    expect(linesOf(replicationAsynchronous, cluster(3, '  replica: { enabled: true, source: a }\n'))).to.eql([]);
    expect(linesOf(replicationAsynchronous, cluster(3, '  replica: { primary: a, source: a }\n'))).to.eql([]);
    expect(linesOf(replicationAsynchronous, cluster(3, '  replica: { primary: pg, source: a }\n'))).to.have.length(1);
  });

  it('raises nothing where the object accepts it', () => {
    const accepted = cluster(3, '').replace(
      '  namespace',
      '  annotations: { pgdrill.dev/accept: replication-asynchronous }\n  namespace',
    );
    expect(linesOf(replicationAsynchronous, accepted)).to.eql([]);
  });
});
