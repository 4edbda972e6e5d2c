import { expect } from 'chai';
import { randomFrom } from '../../random.ts';
import { cumulativeSignedRank, pairedShift } from './signed-rank.ts';

describe('the shift of pairs', () => {
  it('agrees with the table of the signed-rank statistic', () => {
    // Hollander & Wolfe 1999, table A.4: P(W ≥ 21) of 6 pairs is 0.016, P(W ≥ 47) of 10 is 0.024.
    const upper = (n: number, w: number) => 1 - cumulativeSignedRank(n)[w - 1]!;
    expect(upper(6, 21)).to.be.closeTo(0.016, 0.0005);
    expect(upper(10, 47)).to.be.closeTo(0.024, 0.0005);
  });

  it('is the median of all means of two, with the differences themselves as ends for six pairs', () => {
    expect(pairedShift([1, 2, 3, 4, 5, 6])).to.deep.equal({ pairs: 6, shift: 3.5, lower: 1, upper: 6 });
  });

  it('has no interval with fewer than six pairs', () => {
    expect(pairedShift([5, 5, 5, 5, 5])).to.include({ shift: 5, lower: null, upper: null });
  });

  it('covers the truth in 19 of 20 cases', () => {
    const random = randomFrom(3);
    const covered = Array.from({ length: 400 }, () => {
      const { lower, upper } = pairedShift(Array.from({ length: 12 }, () => 15 * random() - 15 * random() + 7));
      return lower! <= 7 && 7 <= upper!;
    });
    expect(covered.filter(Boolean).length / 400).to.be.within(0.92, 0.99);
  });
});
