import { expect } from 'chai';
import { didYouMean, SetupError, UsageError } from './errors.ts';

describe('didYouMean', () => {
  it('names the nearest word', () =>
    expect(didYouMean('primary-crsh', ['steady', 'primary-crash'])).to.contain('primary-crash?'));
  it('lists all where none is near', () =>
    expect(didYouMean('zzz', ['steady', 'crash'])).to.equal('; known: steady, crash'));
});

describe('an error’s message', () => {
  it('holds no password', () => {
    for (const error of [SetupError, UsageError])
      expect(new error('connect to postgresql://app:hunter2@10.0.0.1:5432/app failed').message).to.equal(
        'connect to postgresql://app:[redacted]@10.0.0.1:5432/app failed',
      );
  });
});
