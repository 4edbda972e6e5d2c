import { expect } from 'chai';
import fc from 'fast-check';
import { quantile } from './stats.ts';

describe('a quantile', () => {
  it('is one of the values, by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([0, 0.5, 0.95, 0.99, 1].map((q) => quantile(hundred, q))).to.deep.equal([1, 50, 95, 99, 100]);
    expect(quantile([7], 0.99)).to.equal(7);
    expect(quantile([], 0.5)).to.be.NaN;
  });

  it('leaves at least its share of the values not above it', () => {
    const values = fc.array(fc.integer(), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (some, q) => {
        const value = quantile(some, q);
        expect(some.filter((one) => one <= value).length).to.be.at.least(q * some.length);
        expect(some.filter((one) => one < value).length).to.be.at.most(q * some.length);
      }),
    );
  });
});
