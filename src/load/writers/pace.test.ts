import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startClock } from '../../journal/clock.ts';
import { every, Pace, type Stall, stallDetector } from './pace.ts';

const blockFor = (ms: number): void => {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
};

describe('the pace of a thread', () => {
  let pace: Pace;
  const clock = startClock();
  beforeEach(() => {
    pace = new Pace(clock);
  });
  afterEach(() => pace.stop());

  it('calls a source at each of its due times, never early', async () => {
    const fromUs = clock.nowUs() + 5_000;
    const seen: { dueUs: number; nowUs: number }[] = [];
    pace.add(every(10_000, fromUs, (nowUs, dueUs) => seen.push({ nowUs, dueUs })));
    await sleep(210);
    expect(seen.length).to.be.at.least(15);
    for (const [i, { dueUs, nowUs }] of seen.entries()) {
      expect(dueUs).to.equal(fromUs + i * 10_000);
      expect(nowUs).to.be.at.least(dueUs);
    }
  });

  it('catches up after the thread was blocked: no due time is skipped or moved', async () => {
    const fromUs = clock.nowUs();
    const due: number[] = [];
    pace.add(every(10_000, fromUs, (_now, dueUs) => due.push(dueUs)));
    await sleep(20);
    blockFor(100);
    await sleep(20);
    expect(due.length).to.be.at.least(12);
    expect(due).to.deep.equal(due.map((_, i) => fromUs + i * 10_000));
  });

  it('sees a stalled thread: from when it should have run until it ran', async () => {
    const stalls: Stall[] = [];
    pace.add(stallDetector(clock.nowUs(), (stall) => stalls.push(stall)));
    await sleep(50);
    const blockedUs = clock.nowUs();
    blockFor(120);
    await sleep(20);
    // On a busy machine the thread may have been late before it was blocked, and may be once more after it.
    const seen = stalls.filter(({ fromUs, untilUs }) => fromUs <= blockedUs + 10_000 && untilUs >= blockedUs + 120_000);
    expect(seen).to.have.length(1);
  });

  it('calls it a stall when a call was more than 20 ms late, and counts the next from then', () => {
    const stalls: Stall[] = [];
    const detector = stallDetector(0, (stall) => stalls.push(stall));
    for (const nowUs of [10_000, 40_000, 70_001, 80_001]) detector.fire(nowUs);
    expect(stalls).to.deep.equal([{ fromUs: 50_000, untilUs: 70_001 }]);
    expect(detector.dueUs()).to.equal(90_001);
  });

  it('stops at once, from within a source too', async () => {
    let calls = 0;
    pace.add(
      every(1_000, clock.nowUs(), () => {
        calls += 1;
        pace.stop();
      }),
    );
    await sleep(30);
    expect(calls).to.equal(1);
  });
});
