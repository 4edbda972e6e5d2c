import { expect } from 'chai';
import fc from 'fast-check';
import { longestGap } from './longest-gap.ts';

const events = (us: readonly number[], code: readonly number[] = us.map(() => 0)) => ({
  ...{ us: Float64Array.from(us), code: Uint8Array.from(code), most: 1 },
});

describe('the longest gap', () => {
  it('is that between sorted neighbours, for any times in any order', () => {
    const times = fc.array(fc.integer({ min: -50, max: 3_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(times, times, fc.integer({ min: 1, max: 2_900 }), (some, others, untilUs) => {
        const inside = [...some, ...others].filter((us) => us >= 0 && us < untilUs).sort((a, b) => a - b);
        const all = [0, ...inside, untilUs];
        const expected = Math.max(...all.slice(1).map((us, i) => us - all[i]!));
        expect(longestGap([events(some), events(others)], 0, untilUs)).to.equal(expected);
      }),
    );
  });

  it('is found among events that are denser than the first buckets', () => {
    const dense = Array.from({ length: 200_000 }, (_, i) => i * 50);
    dense.splice(77_010, 3);
    expect(longestGap([events(dense)], 0, dense.at(-1)! + 1)).to.equal(200);
  });

  it('leaves out events whose code is greater than asked for', () => {
    expect(longestGap([events([10, 20, 30], [0, 2, 1])], 0, 40)).to.equal(20);
  });

  it('is the whole time without events, and nothing without time', () => {
    expect(longestGap([], 5, 105)).to.equal(100);
    expect(longestGap([events([1])], 7, 7)).to.equal(0);
  });
});
