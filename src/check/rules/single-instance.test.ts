import { expect } from 'chai';
import { singleInstance } from './single-instance.ts';
import { cnpg, findingsAfterChange, linesOf } from './try-rule.ts';

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
});
