import { expect } from 'chai';
import { describe, it } from 'mocha';
import { inARow, interleaved } from './order.ts';

describe('the order of the runs of a command', () => {
  it('is one scenario after the other', () => {
    expect(inARow(2, 2)).to.deep.equal([
      { scenario: 0, round: 1 },
      { scenario: 0, round: 2 },
      { scenario: 1, round: 1 },
      { scenario: 1, round: 2 },
    ]);
  });

  it('is rounds with every scenario once where they are interleaved', () => {
    const turns = interleaved(5, 3, 7);
    expect(turns.map(({ round }) => round)).to.deep.equal([1, 2, 3].flatMap((round) => Array(5).fill(round)));
    for (const round of [1, 2, 3]) {
      const own = turns.filter((turn) => turn.round === round).map(({ scenario }) => scenario);
      expect(own.sort()).to.deep.equal([0, 1, 2, 3, 4]);
    }
  });

  it('differs from round to round, and is the same with the same seed', () => {
    const rounds = Map.groupBy(interleaved(5, 4, 7), ({ round }) => round);
    const orders = [...rounds.values()].map((turns) => turns.map(({ scenario }) => scenario).join());
    expect(new Set(orders).size).to.be.above(1);
    expect(interleaved(5, 4, 7)).to.deep.equal(interleaved(5, 4, 7));
    expect(interleaved(5, 4, 7)).not.to.deep.equal(interleaved(5, 4, 8));
  });
});
