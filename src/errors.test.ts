import { expect } from 'chai';
import { didYouMean, explainEnd, SetupError, UsageError } from './errors.ts';

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

const { signal } = new AbortController();

describe('why a run ended', () => {
  it('is its own sentence where it has one, and names any other error', () => {
    const own = new SetupError('no primary');
    expect(explainEnd(own, signal)).to.equal(own);
    expect(explainEnd(new Error('boom'), signal).message).to.equal('the drill ended with an error: boom');
  });

  it('is an interruption, whatever was thrown then', () => {
    expect(explainEnd(new Error('boom'), AbortSignal.abort()).message).to.match(/^the run was interrupted/);
  });

  it('names what came first, and then what failed while cleaning up', async () => {
    const work = async () => {
      await using _made = {
        [Symbol.asyncDispose]: async () => {
          throw new Error('the Cluster did not go');
        },
      };
      throw new SetupError('no primary answers');
    };
    const thrown = await work().catch((error: unknown) => error);
    expect(explainEnd(thrown, signal).message).to.equal(
      'no primary answers; cleaning up after that failed too: the Cluster did not go',
    );
  });
});
