import { expect } from 'chai';
import fc from 'fast-check';
import { Counting } from './counting.ts';

describe('numbers that count up in batches', () => {
  it('are those of an array', () => {
    const batches = fc.array(fc.tuple(fc.nat(1_000), fc.integer({ min: 1, max: 5 })));
    fc.assert(
      fc.property(batches, fc.nat(1_000), (all, wanted) => {
        const counting = new Counting();
        for (const [first, n] of all) counting.add(first, n);
        const { values } = counting;
        const expected = all.flatMap(([first, n]) => Array.from({ length: n }, (_, i) => first + i));
        expect(values.length).to.equal(expected.length);
        expect([...values]).to.deep.equal(expected);
        expect(expected.map((_, row) => values[row])).to.deep.equal(expected);
        expect([values[-1], values[expected.length]]).to.deep.equal([undefined, undefined]);
        expect(values.indexOf(wanted)).to.equal(expected.indexOf(wanted));
        expect(values.lastIndexOf(wanted)).to.equal(expected.lastIndexOf(wanted));
        const isAbove = (value: number) => value > wanted;
        expect(values.some(isAbove)).to.equal(expected.some(isAbove));
        expect(values.find(isAbove)).to.equal(expected.find(isAbove));
        expect(values.findIndex(isAbove)).to.equal(expected.findIndex(isAbove));
        const sum = (total: number, value: number, row: number) => total + value * row;
        expect(values.reduce(sum, 7)).to.equal(expected.reduce(sum, 7));
      }),
    );
  });

  it('differ where their batches do', () => {
    const of = (first: number) => {
      const counting = new Counting();
      counting.add(first, 3);
      return counting.values;
    };
    expect(of(4)).to.deep.equal(of(4));
    expect(of(4)).to.not.deep.equal(of(5));
  });
});
