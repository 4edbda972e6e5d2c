import { expect } from 'chai';
import { didYouMean } from './errors.ts';

describe('didYouMean', () => {
  it('names the nearest word', () =>
    expect(didYouMean('primary-crsh', ['steady', 'primary-crash'])).to.contain('primary-crash?'));
  it('lists all where none is near', () =>
    expect(didYouMean('zzz', ['steady', 'crash'])).to.equal('; known: steady, crash'));
});
