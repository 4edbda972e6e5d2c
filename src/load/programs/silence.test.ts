import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Silence } from './silence.ts';

/** This process stands still, as a machine that is suspended does. */
const standStill = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('the watch over a program that reports nothing', () => {
  it('notices it once the time is over', async () => {
    let times = 0;
    const silence = new Silence(150, () => times++);
    silence.heard();
    for (let i = 0; i < 100 && times === 0; i++) await sleep(20);
    await sleep(100);
    expect(times).to.equal(1);
  });

  it('begins again whenever something is heard, and ends with the program', async () => {
    let times = 0;
    const silence = new Silence(30_000, () => times++);
    silence.heard();
    silence.heard();
    silence.end();
    expect(times).to.equal(0);
  });

  it('does not blame a program for a time in which this process stood still', async () => {
    let times = 0;
    const silence = new Silence(1_500, () => times++);
    silence.heard();
    standStill(2_000);
    await sleep(50);
    expect(times).to.equal(0);
    silence.end();
  });
});
