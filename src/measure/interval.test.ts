import { expect } from 'chai';
import fc from 'fast-check';
import { covered, elapsed, interval, overlap, union, widened } from './interval.ts';

const point = fc.integer({ min: 0, max: 50 });
const anyInterval = fc.tuple(point, point).map(([a, b]) => interval(a, b));

describe('intervals', () => {
  it('show how far apart two edges are at least and at most', () => {
    expect(elapsed(interval(1, 3), interval(10, 14))).to.deep.equal({ lo: 7, hi: 13 });
    expect(elapsed(interval(1, 8), interval(6, 9))).to.deep.equal({ lo: 0, hi: 8 });
  });

  it('grow by what they overlap, and by nothing else', () => {
    expect(widened(interval(10, 12), [interval(11, 20), interval(30, 40)])).to.deep.equal({ lo: 10, hi: 20 });
  });

  it('are counted once where they overlap', () => {
    expect(union([interval(5, 8), interval(1, 2), interval(7, 9)])).to.deep.equal([interval(1, 2), interval(5, 9)]);
    expect(covered([interval(5, 8), interval(1, 2), interval(7, 9)])).to.equal(5);
  });

  it('united hold the same points, and do not overlap', () => {
    fc.assert(
      fc.property(fc.array(anyInterval), point, (some, at) => {
        const holds = (list: readonly { lo: number; hi: number }[]) => list.some(({ lo, hi }) => lo <= at && at <= hi);
        const united = union(some);
        expect(holds(united)).to.equal(holds(some));
        expect(united.every((one, i) => i === 0 || !overlap(united[i - 1]!, one))).to.equal(true);
      }),
    );
  });
});
