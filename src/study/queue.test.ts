import { expect } from 'chai';
import { combinations, planCells } from '../scenario/cells.ts';
import { CellQueue } from './queue.ts';

describe('the cells that are still to run', () => {
  const cells = planCells(combinations({ a: ['1', '2', '3'] }), () => 2, 1);

  it('come in the order of the plan', () => {
    const queue = new CellQueue(cells);
    expect(cells.map(() => queue.next())).to.deep.equal(cells);
    expect(queue.next()).to.equal(undefined);
  });

  it('come again at the end of their block when their run was lost', () => {
    const queue = new CellQueue(cells);
    const lost = queue.next()!;
    expect(queue.takeBack(lost)).to.equal(true);
    const order = cells.map(() => queue.next()!.id);
    expect(order).to.deep.equal([cells[1], cells[2], lost, cells[3], cells[4], cells[5]].map((cell) => cell!.id));
  });

  it('are given up after three lost runs', () => {
    const queue = new CellQueue(cells.slice(0, 1));
    const again = [1, 2, 3].map(() => queue.takeBack(queue.next()!));
    expect(again).to.deep.equal([true, true, false]);
    expect(queue.length).to.equal(0);
  });
});
