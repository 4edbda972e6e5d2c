import { expect } from 'chai';
import { fewestRuns, runsToSettle } from './plan.ts';

describe('how many runs a comparison needs', () => {
  it('is at least 4 a side for one measure, 5 for two to six', () => {
    expect([1, 2, 6, 7].map((comparisons) => fewestRuns(comparisons, 0.05))).to.eql([4, 5, 5, 6]);
  });

  it('grows with the square of the width over the distance to the threshold', () => {
    expect(runsToSettle(10, { shift: 30, lower: 10, upper: 50 }, 20, 4)).to.equal(40);
    expect(runsToSettle(10, { shift: 40, lower: 19, upper: 61 }, 20, 4)).to.equal(12);
  });

  it('is at least one more than there are, and enough for the smallest p', () => {
    expect(runsToSettle(4, { shift: 100, lower: 90, upper: 110 }, 20, 5)).to.equal(5);
    expect(runsToSettle(3, { shift: 100, lower: null, upper: null }, 20, 5)).to.equal(5);
  });

  it('is undefined where the shift lies on the threshold', () => {
    expect(runsToSettle(10, { shift: 20, lower: 10, upper: 30 }, 20, 4)).to.equal(null);
    expect(runsToSettle(10, { shift: -20.1, lower: -40, upper: 0 }, 20, 4)).to.equal(null);
  });
});
