import { expect } from 'chai';
import { describe, it } from 'mocha';
import { SetupError } from '../errors.ts';
import { until } from './wait.ts';

describe('waiting', () => {
  it('ends with the first answer', async () => {
    let asked = 0;
    const answer = await until(async () => (++asked === 3 ? 'there' : undefined), {
      withinMs: 5_000,
      everyMs: 1,
      what: 'it',
    });
    expect([answer, asked]).to.deep.equal(['there', 3]);
  });

  it('in vain says for what, how long, and why', async () => {
    const never = until(async () => undefined, {
      withinMs: 10,
      everyMs: 1,
      what: 'a primary',
      why: () => 'nobody answered',
    });
    const error = await never.catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(SetupError);
    expect(String(error)).to.include('waited 0.01 s for a primary, in vain: nobody answered');
  });

  it('ends with the reason of an abort', async () => {
    const controller = new AbortController();
    const waiting = until(async () => undefined, {
      withinMs: 60_000,
      everyMs: 10_000,
      what: 'it',
      signal: controller.signal,
    });
    controller.abort(new Error('stopped'));
    const error = await waiting.catch((reason: Error) => reason);
    expect(String(error)).to.include('stopped');
  });
});
