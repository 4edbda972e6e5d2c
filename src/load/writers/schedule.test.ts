import { expect } from 'chai';
import fc from 'fast-check';
import { randomFrom } from '../../random.ts';
import { type Arrival, arrivals, slotDueUs } from './schedule.ts';

const take = (n: number, options: Parameters<typeof arrivals>[0]): Arrival[] => {
  const source = arrivals(options);
  return Array.from({ length: n }, () => source.next().value);
};
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('the schedule of writes', () => {
  it('comes in order, for workers that exist, and is the same for the same seed', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 20_000 }),
        (seed, workers, rate) => {
          const options = { seed, workers, ratePerSecond: rate };
          const due = take(200, options);
          expect(take(200, options)).to.deep.equal(due);
          for (const [i, arrival] of due.entries()) {
            expect(arrival.worker).to.be.within(0, workers - 1);
            expect(arrival.dueUs).to.be.at.least(due[i - 1]?.dueUs ?? 0);
          }
        },
      ),
    );
  });

  it('differs from seed to seed', () => {
    const options = { workers: 40, ratePerSecond: 200 };
    expect(take(50, { ...options, seed: 1 })).to.not.deep.equal(take(50, { ...options, seed: 2 }));
  });

  it('has the rate that was asked for, whatever the seed', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 20_000 }), (seed, ratePerSecond) => {
        const due = take(10_000, { seed, workers: 7, ratePerSecond });
        const seconds = due.at(-1)!.dueUs / 1e6;
        // The time of the 10,000th arrival has a relative standard deviation of 1 %: five of them.
        expect(10_000 / seconds / ratePerSecond).to.be.within(0.95, 1.05);
      }),
      { numRuns: 50 },
    );
  });

  it('gives each worker Poisson arrivals of its own: gaps with mean and deviation workers ÷ rate', () => {
    const all = take(80_000, { seed: 7, workers: 8, ratePerSecond: 800 });
    for (let worker = 0; worker < 8; worker++) {
      const times = all.filter((arrival) => arrival.worker === worker).map((arrival) => arrival.dueUs);
      const gaps = times.slice(1).map((time, i) => time - times[i]!);
      const meanGap = mean(gaps);
      expect(meanGap).to.be.closeTo(10_000, 500);
      const deviation = Math.sqrt(mean(gaps.map((gap) => (gap - meanGap) ** 2)));
      expect(deviation).to.be.closeTo(10_000, 700);
    }
  });
});

describe('the slots of probes', () => {
  it('come at a fixed rate, streams staggered within a step', () => {
    expect([0, 1, 2].map((slot) => slotDueUs(10_000, slot, 0, 4))).to.deep.equal([0, 10_000, 20_000]);
    expect([0, 1, 2, 3].map((index) => slotDueUs(10_000, 5, index, 4))).to.deep.equal([50_000, 52_500, 55_000, 57_500]);
  });
});

describe('random numbers', () => {
  it('are uniform in [0, 1)', () => {
    const random = randomFrom(42);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const value = random();
      expect(value >= 0 && value < 1).to.equal(true);
      buckets[Math.floor(value * 10)]! += 1;
    }
    for (const n of buckets) expect(n).to.be.within(9_600, 10_400);
  });

  it('distinguish seeds that differ only above 32 bits', () => {
    expect(randomFrom(1)()).to.not.equal(randomFrom(1 + 2 ** 32)());
  });
});
