import { expect } from 'chai';
import lab from '../../scenarios/studies/durability-matrix.ts';
import operator from '../../scenarios/studies/durability-matrix-operator.ts';
import { combinations, planCells } from '../scenario/cells.ts';
import type { Study } from '../scenario/study.ts';

const cellsOf = (study: Study) => {
  const cells = planCells(combinations(study.factors), study.repeatsOf, 1);
  return Map.groupBy(cells, ({ levels }) => JSON.stringify(levels));
};

describe('the durability matrix', () => {
  it('runs each combination that differs five times, and no combination that cannot', () => {
    const cells = [...cellsOf(lab)].map(([levels, some]) => ({ levels: JSON.parse(levels), n: some.length }));
    expect(new Set(cells.map(({ n }) => n))).to.deep.equal(new Set([5]));
    // Per incident: asynchronous × 2, preferred and required × (2 instances, 3 with first, 3 with any).
    expect(cells).to.have.length(4 * (2 + 2 * 3));
    const moot = ({ levels }: (typeof cells)[number]) =>
      levels.synchronous_method === 'any' && (levels.durability === 'asynchronous' || levels.instances === '2');
    expect(cells.filter(moot)).to.deep.equal([]);
  });

  it('makes a scenario of every cell, whose durability the topology declares', () => {
    for (const levels of combinations(lab.factors)) {
      const { topology, needs } = lab.scenarioOf(levels);
      expect(topology).to.include({ durability: levels.durability, instances: Number(levels.instances) });
      expect(needs).to.deep.equal([levels.incident === 'isolate' ? 'isolate' : 'crash']);
    }
  });

  it('runs the cells of issue 8790 twenty times on the operator, with and without failoverQuorum', () => {
    const cells = [...cellsOf(operator)].map(([levels, some]) => ({ levels: JSON.parse(levels), n: some.length }));
    const of8790 = cells.filter(({ n }) => n === 20).map(({ levels }) => levels);
    expect(new Set(of8790.map(({ durability, instances }) => `${durability} ${instances}`))).to.deep.equal(
      new Set(['preferred 2']),
    );
    expect(new Set(of8790.map(({ failover_quorum: quorum }) => quorum))).to.deep.equal(new Set(['on', 'off']));
  });
});
