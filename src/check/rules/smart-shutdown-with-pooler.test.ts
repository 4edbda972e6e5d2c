import { expect } from 'chai';
import { smartShutdownWithPooler } from './smart-shutdown-with-pooler.ts';
import { cnpg, findingsAfterChange, findingsOf, linesOf } from './try-rule.ts';

const cluster = (more: string) => cnpg('Cluster', 'pg', `  instances: 3\n  storage: { size: 1Gi }\n${more}`);
const pooler = cnpg('Pooler', 'pool', '  cluster: { name: pg }\n  pgbouncer: {}\n');

describe('smart-shutdown-with-pooler', () => {
  it('finds the default beside a pooler', () => {
    expect(findingsOf(smartShutdownWithPooler, cluster(''), pooler)[0]!.message).to.contain('180 s (the default)');
    expect(findingsAfterChange(smartShutdownWithPooler, cluster(''), pooler)).to.eql([]);
  });

  it('finds a long one that is set, where it is', () => {
    expect(linesOf(smartShutdownWithPooler, cluster('  smartShutdownTimeout: 60\n'), pooler)).to.eql(['1.yaml:9']);
    expect(findingsAfterChange(smartShutdownWithPooler, cluster('  smartShutdownTimeout: 60\n'), pooler)).to.eql([]);
  });

  it('raises nothing on a short one, or without a pooler', () => {
    expect(linesOf(smartShutdownWithPooler, cluster('  smartShutdownTimeout: 10\n'), pooler)).to.eql([]);
    expect(linesOf(smartShutdownWithPooler, cluster('  smartShutdownTimeout: 0\n'), pooler)).to.eql([]);
    expect(linesOf(smartShutdownWithPooler, cluster(''))).to.eql([]);
  });
});
