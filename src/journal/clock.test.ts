import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { startClock } from './clock.ts';

describe('the clock of a run', () => {
  it('counts whole µs from its origin and never goes back', () => {
    const clock = startClock();
    let last = clock.nowUs();
    expect(last).to.be.within(0, 100_000);
    for (let i = 0; i < 1000; i++) {
      const now = clock.nowUs();
      expect(Number.isInteger(now)).to.equal(true);
      expect(now).to.be.at.least(last);
      last = now;
    }
  });

  it('places readings of the same clock before and after its origin', () => {
    const clock = startClock(5_000_000n);
    expect(clock.fromNs(5_000_000n)).to.equal(0);
    expect(clock.fromNs(7_001_999n)).to.equal(2001);
    expect(clock.fromNs(4_000_000n)).to.equal(-1000);
  });

  it('reads the same in another thread', async () => {
    const clock = startClock();
    const beforeUs = clock.nowUs();
    const worker = new Worker(`require('worker_threads').parentPort.postMessage(process.hrtime.bigint())`, {
      eval: true,
    });
    const readingNs = await new Promise<bigint>((resolve) => worker.once('message', resolve));
    expect(clock.fromNs(readingNs)).to.be.within(beforeUs, clock.nowUs());
  });
});
