import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { lookEveryMs, repeat } from './observer.ts';

describe('repeated looks', () => {
  it('never overlap, and end with the last one finished', async () => {
    let under = 0;
    let most = 0;
    let looks = 0;
    const looking = repeat(async () => {
      most = Math.max(most, ++under);
      await sleep(lookEveryMs * 1.5);
      under--;
      looks++;
    });
    await sleep(lookEveryMs * 4);
    await looking[Symbol.asyncDispose]();
    expect(most).to.equal(1);
    expect(under).to.equal(0);
    expect(looks).to.be.within(2, 3);
  });

  it('report the error that ended them when they are disposed of', async () => {
    const looking = repeat(async () => {
      throw new Error('the journal is full');
    });
    await sleep(10);
    const error = await Promise.resolve(looking[Symbol.asyncDispose]()).catch((reason: Error) => reason);
    expect(String(error)).to.include('the journal is full');
  });
});
