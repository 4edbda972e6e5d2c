import { expect } from 'chai';
import { poolerSingleInstance } from './pooler-single-instance.ts';
import { cnpg, findingsAfterChange, linesOf } from './try-rule.ts';

const pooler = (more: string) => cnpg('Pooler', 'pool', `  cluster: { name: pg }\n  pgbouncer: {}\n${more}`);

describe('pooler-single-instance', () => {
  it('finds one instance, set or by default', () => {
    expect(linesOf(poolerSingleInstance, pooler('  instances: 1\n'))).to.eql(['1.yaml:9']);
    expect(linesOf(poolerSingleInstance, pooler(''))).to.eql(['1.yaml:4']);
    expect(findingsAfterChange(poolerSingleInstance, pooler(''))).to.eql([]);
  });

  it('raises nothing on two, nor on none (a pooler that is switched off)', () => {
    expect(linesOf(poolerSingleInstance, pooler('  instances: 2\n'))).to.eql([]);
    expect(linesOf(poolerSingleInstance, pooler('  instances: 0\n'))).to.eql([]);
  });

  it('raises nothing before a database of one instance, which does not fail over either', () => {
    const database = (instances: number) =>
      cnpg('Cluster', 'pg', `  instances: ${instances}\n  storage: { size: 9Gi }\n`);
    expect(linesOf(poolerSingleInstance, pooler('  instances: 1\n'), database(1))).to.eql([]);
    expect(linesOf(poolerSingleInstance, pooler('  instances: 1\n'), database(3))).to.have.length(1);
  });
});
