import { expect } from 'chai';
import { describe, it } from 'mocha';
import { SetupError } from '../errors.ts';
import { explain } from './explain.ts';

const { signal } = new AbortController();

describe('why a run ended', () => {
  it('is its own sentence where it has one, and names any other error', () => {
    const own = new SetupError('no primary');
    expect(explain(own, signal)).to.equal(own);
    expect(explain(new Error('boom'), signal).message).to.equal('the drill ended with an error: boom');
  });

  it('is an interruption, whatever was thrown then', () => {
    expect(explain(new Error('boom'), AbortSignal.abort()).message).to.match(/^the run was interrupted/);
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
    expect(explain(thrown, signal).message).to.equal(
      'no primary answers; cleaning up after that failed too: the Cluster did not go',
    );
  });
});
