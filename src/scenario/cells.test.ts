import { expect } from 'chai';
import { combinations, levelsOf, planCells } from './cells.ts';

const all = combinations({ mode: ['session', 'transaction'], fault: ['crash', 'delete', 'isolate'] });

describe('the cells of a plan', () => {
  it('are all combinations of the factors’ values', () => {
    expect(all).to.have.length(6);
    expect(all[0]).to.deep.equal({ mode: 'session', fault: 'crash' });
  });

  it('have their levels in their ids', () => {
    for (const { id, levels } of planCells(all, () => 2, 7)) expect(levelsOf(id)).to.deep.equal(levels);
  });

  it('come in blocks, each with every combination once, so that a plan cut short after one is balanced', () => {
    const cells = planCells(all, () => 3, 7);
    for (const block of [1, 2, 3]) {
      const ids = cells.slice(6 * (block - 1), 6 * block).map(({ levels }) => JSON.stringify(levels));
      expect(ids.sort()).to.deep.equal(all.map((levels) => JSON.stringify(levels)).sort());
    }
  });

  it('come in a block with those together that agree in the last factor, so that a plan cut short within one has pairs', () => {
    const faults = planCells(all, () => 3, 7).map(({ levels }) => levels.fault);
    expect(faults.filter((_, i) => i % 2 === 0)).to.deep.equal(faults.filter((_, i) => i % 2 === 1));
  });

  it('come in an order that the seed decides, another in each block', () => {
    const order = (seed: number) => planCells(all, () => 2, seed).map(({ id }) => id);
    expect(order(1)).to.deep.equal(order(1));
    expect(order(1)).not.to.deep.equal(order(2));
    expect(
      order(1)
        .slice(0, 6)
        .map((id) => id.slice(2)),
    ).not.to.deep.equal(
      order(1)
        .slice(6)
        .map((id) => id.slice(2)),
    );
  });

  it('are repeated as often as each combination asks', () => {
    const cells = planCells(all, ({ fault }) => (fault === 'crash' ? 5 : 3), 1);
    expect(cells).to.have.length(2 * 5 + 4 * 3);
    expect(new Set(cells.map(({ id }) => id)).size).to.equal(cells.length);
  });
});
