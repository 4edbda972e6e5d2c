import { expect } from 'chai';
import { isFault } from './index.ts';
import { instead } from './refused.ts';

describe('a fault that does not exist', () => {
  it('is refused with its reason where it was left out on purpose', () => {
    expect(isFault('clock-step')).to.equal(false);
    expect(instead('clock-step')).to.match(/^: Linux has no namespace for the wall clock/);
  });
  it('is a name that was misspelled otherwise', () => {
    expect(instead('krash')).to.equal(' (did you mean crash?)');
  });
});
