import { expect } from 'chai';
import { synchronousWithoutSpare } from './synchronous-without-spare.ts';
import { cnpg, findingsAfterChange, linesOf } from './try-rule.ts';

const cluster = (instances: number, synchronous: string) =>
  cnpg(
    'Cluster',
    'pg',
    `  instances: ${instances}\n  storage: { size: 1Gi }\n  postgresql:\n    synchronous: { method: any, ${synchronous} }\n`,
  );

describe('synchronous-without-spare', () => {
  it('finds as many synchronous standbys as there are', () => {
    for (const text of [cluster(2, 'number: 1'), cluster(3, 'number: 2, dataDurability: required')]) {
      expect(linesOf(synchronousWithoutSpare, text)).to.eql(['1.yaml:10']);
      expect(findingsAfterChange(synchronousWithoutSpare, text)).to.eql([]);
    }
  });

  it('raises nothing with a spare, with preferred, or with standbys elsewhere', () => {
    expect(linesOf(synchronousWithoutSpare, cluster(3, 'number: 1'))).to.eql([]);
    expect(linesOf(synchronousWithoutSpare, cluster(2, 'number: 1, dataDurability: preferred'))).to.eql([]);
    expect(linesOf(synchronousWithoutSpare, cluster(2, 'number: 1, standbyNamesPost: [x]'))).to.eql([]);
  });
});
