import { expect } from 'chai';
import { placeAmong } from './rank.ts';

const earlier = Array.from({ length: 12 }, (_, i) => 20 + i);

describe('a single run among earlier ones', () => {
  it('is shown by its place and the chance of it, from the nearer end', () => {
    expect(placeAmong(40, earlier).sentence).to.equal('slowest of 13 drills; by chance 1 in 13');
    expect(placeAmong(1, earlier).sentence).to.equal('fastest of 13 drills; by chance 1 in 13');
    expect(placeAmong(30.5, earlier).sentence).to.equal('2nd slowest of 13 drills; by chance 2 in 13');
    expect(placeAmong(22.5, earlier).sentence).to.equal('4th fastest of 13 drills; by chance 4 in 13');
  });

  it('shares its place with equals, and the chance grows by them', () => {
    expect(placeAmong(31, earlier)).to.include({ rank: 1, of: 13, shared: true });
    expect(placeAmong(31, earlier).sentence).to.equal('slowest of 13 drills, with 1 other; by chance 2 in 13');
  });

  it('has no place among runs that are all equal to it', () => {
    expect(placeAmong(0, [0, 0, 0]).sentence).to.equal('the same as in all 3 earlier drills');
    expect(placeAmong(0, [0]).sentence).to.equal('the same as in the earlier drill');
  });

  it('is never called a regression, and the first has no place', () => {
    expect(placeAmong(1000, earlier).sentence).not.to.contain('regress');
    expect(placeAmong(5, []).sentence).to.equal('the first in these circumstances');
  });
});
