import { expect } from 'chai';
import type { Ops } from '../../journal/run.ts';
import { byPlace, rowsOf, turnsOf } from './turns.ts';

const opsOf = (...keys: readonly (readonly [worker: number, op: number])[]): Ops =>
  ({
    n: keys.length,
    worker: Int32Array.from(keys, ([worker]) => worker),
    op: Int32Array.from(keys, ([, op]) => op),
  }) as unknown as Ops;

describe('the turns of clients', () => {
  it('are the rows as they are where each client’s come by ascending op', () => {
    const ops = opsOf([7, 0], [3, 0], [7, 1], [7, 5], [3, 1]);
    const { order, workers, places } = turnsOf(ops);
    expect(order).to.equal(undefined);
    expect(workers).to.deep.equal([7, 3]);
    expect([places[7], places[3]]).to.deep.equal([0, 1]);
    expect([...rowsOf(ops, 0)]).to.deep.equal([0, 2, 3]);
  });

  it('are sorted where one client’s are not, rows of the same op as they came', () => {
    const ops = opsOf([7, 2], [3, 0], [7, 1], [3, 1], [7, 2]);
    const { order } = turnsOf(ops);
    expect([...order!]).to.deep.equal([2, 0, 4, 1, 3]);
    expect([...rowsOf(ops, 0)]).to.deep.equal([2, 0, 4]);
    expect([...rowsOf(ops, 1)]).to.deep.equal([1, 3]);
  });

  it('know clients of any number', () => {
    const { workers, places } = turnsOf(opsOf([2_000_000_000, 0], [0, 0], [2_000_000_000, 1]));
    expect(workers).to.deep.equal([2_000_000_000, 0]);
    expect([places[2_000_000_000], places[0]]).to.deep.equal([0, 1]);
  });

  it('bring together what was found at each client', () => {
    const found = [
      { place: 1, at: 'a' },
      { place: 0, at: 'b' },
      { place: 1, at: 'c' },
    ];
    expect(byPlace(found).map(({ at }) => at)).to.deep.equal(['b', 'a', 'c']);
  });
});
