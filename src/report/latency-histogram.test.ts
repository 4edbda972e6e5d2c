import { expect } from 'chai';
import fc from 'fast-check';
import { quantile } from '../measure/stats.ts';
import { LatencyHistogram } from './latency-histogram.ts';

const filled = (values: readonly number[]): LatencyHistogram => {
  const histogram = new LatencyHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
};

describe('the histogram of latencies', () => {
  it('gives every quantile within 2 % of the exact one', () => {
    const latencies = fc.array(fc.double({ min: 20, max: 1e8, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(latencies, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
        const exact = quantile(values, q);
        expect(filled(values).quantile(q)).to.be.within(exact * 0.98, exact * 1.02);
      }),
    );
  });

  it('keeps the greatest exactly, and says that there is none where nothing was added', () => {
    expect(filled([100, 123_456.5, 200]).quantile(1)).to.equal(123_456.5);
    expect(filled([]).quantile(0.5)).to.be.NaN;
  });

  it('takes what lies beyond its ends', () => {
    expect(filled([0, -3]).quantile(0.5)).to.be.at.most(10);
    expect(filled([1e12, 1e13]).quantile(1)).to.equal(1e13);
  });
});
