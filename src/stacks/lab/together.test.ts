import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { together } from './together.ts';

describe('things done together', () => {
  const never = new AbortController().signal;

  it('give their results in order', async () => {
    const tasks = [async () => sleep(20, 'slow'), async () => 'quick'];
    expect(await together(never, tasks)).to.deep.equal(['slow', 'quick']);
  });

  it('have all ended when the first failure is reported, and the others were asked to stop', async () => {
    let ended = false;
    const slow = async (signal: AbortSignal) => {
      await sleep(10_000, undefined, { signal }).catch(() => {});
      await sleep(20);
      ended = true;
    };
    const error = await together(never, [slow, () => Promise.reject(new Error('first'))]).catch((e: Error) => e);
    expect(String(error)).to.include('first');
    expect(ended).to.equal(true);
  });

  it('report the reason of an abort', async () => {
    const controller = new AbortController();
    const waiting = together(controller.signal, [(signal) => sleep(10_000, undefined, { signal })]);
    controller.abort(new Error('stopped by the user'));
    const error = await waiting.catch((e: Error) => e);
    expect(String(error)).to.include('stopped by the user');
  });
});
