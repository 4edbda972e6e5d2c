import { expect } from 'chai';
import { shortened } from './shortened.ts';

describe('a text of a database', () => {
  it('stays as it is up to 500 characters', () => {
    expect(shortened('x'.repeat(500))).to.equal('x'.repeat(500));
  });

  it('is cut where it is longer, with its length', () => {
    expect(shortened('x'.repeat(501))).to.equal(`${'x'.repeat(500)}… (501 characters)`);
  });
});
