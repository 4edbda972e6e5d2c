import { expect } from 'chai';
import fc from 'fast-check';
import { bandOf, columnOf, spansOf, worstPerColumn } from './downsample.ts';

describe('downsampling', () => {
  it('keeps a single bad slot among a million', () => {
    const n = 1_000_000;
    const times = Float64Array.from({ length: n }, (_, i) => i);
    const states = worstPerColumn(times, (i) => (i === 654_321 ? 2 : 0), { fromUs: 0, toUs: n - 1 }, 1000);
    expect(spansOf(states)).to.deep.equal([
      { from: 0, until: 654, state: 0 },
      { from: 654, until: 655, state: 2 },
      { from: 655, until: 1000, state: 0 },
    ]);
  });

  it('keeps the least and the greatest of any series', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1, maxLength: 500 }),
        fc.integer({ min: 1, max: 50 }),
        (series, columns) => {
          const band = bandOf(series, columns);
          expect(Math.min(...band.min)).to.equal(Math.min(...series));
          expect(Math.max(...band.max)).to.equal(Math.max(...series));
          expect(band.mean.every((mean, i) => mean >= band.min[i]! - 1e-6 && mean <= band.max[i]! + 1e-6)).to.equal(
            true,
          );
        },
      ),
    );
  });

  it('gives each slot its own column where there are as many of both, wherever the window begins', () => {
    for (const fromUs of [0, 19_500_000, 123_456_789]) {
      const times = Float64Array.from({ length: 100 }, (_, i) => fromUs + i * 10_000);
      const states = worstPerColumn(times, (i) => i % 3, { fromUs, toUs: fromUs + 1_000_000 }, 100);
      expect([...states]).to.deep.equal(Array.from({ length: 100 }, (_, i) => i % 3));
    }
  });

  it('leaves out what lies outside, and shows nothing where nothing was', () => {
    expect(columnOf(11, 0, 10, 5)).to.equal(-1);
    expect(columnOf(10, 0, 10, 5)).to.equal(4);
    expect(columnOf(Number.NaN, 0, 10, 5)).to.equal(-1);
    expect(spansOf(worstPerColumn([0, 9], () => 1, { fromUs: 0, toUs: 10 }, 10))).to.deep.equal([
      { from: 0, until: 1, state: 1 },
      { from: 9, until: 10, state: 1 },
    ]);
  });
});
