import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { powerOf, smallestFound } from './power.ts';

interface Case {
  readonly values: readonly number[];
  readonly runs: number;
  readonly factor: number;
  readonly rejects: number;
}
const { cases } = JSON.parse(readFileSync('fixtures/statistics/power.json', 'utf8')) as { cases: Case[] };
const plan = { runs: 10, comparisons: 1, level: 0.05, relevantShare: 0.1 };
const seen = cases[0]!.values;

describe('the power of a plan', () => {
  for (const { values, runs, factor, rejects } of cases.filter((one) => one.factor !== 1))
    it(`agrees with NumPy and SciPy on the test alone, for a factor ${factor} with ${runs} runs`, () => {
      // Theirs is the test alone; ours also wants the lower bound beyond the threshold.
      const ours = powerOf(values, factor, { ...plan, runs, relevantShare: -1 });
      expect(ours).to.be.closeTo(rejects, 0.08);
      expect(powerOf(values, factor, { ...plan, runs })).to.be.at.most(ours);
    });

  it('is the rate of false alarms where nothing changed', () => {
    expect(powerOf(seen, 1, plan)).to.be.at.most(0.05);
  });

  it('finds a growth by half over 10 runs nearly always where there is one mode, and with 3 runs never', () => {
    const oneMode = [26.5, 23.0, 23.9, 27.3, 28.0, 27.1, 25.2, 24.4, 26.0, 27.6];
    expect(powerOf(oneMode, 1.5, plan)).to.be.greaterThan(0.99);
    expect(powerOf(oneMode, 1.5, { ...plan, runs: 3 })).to.equal(0);
    expect(smallestFound(oneMode, plan)).to.be.within(0.15, 0.25);
  });

  it('finds it less often where it takes one mode onto another, and says so', () => {
    expect(powerOf(seen, 1.5, plan)).to.be.within(0.6, 0.8);
    expect(powerOf(seen, 1.2, { ...plan, runs: 20 })).to.be.greaterThan(0.8);
    expect(smallestFound(seen, plan)).to.be.within(0.55, 0.65);
    expect(smallestFound(seen, { ...plan, runs: 3 })).to.equal(null);
  });

  it('falls with the number of measures and is the same every time', () => {
    const five = { ...plan, runs: 6, comparisons: 5 };
    expect(powerOf(seen, 1.5, five)).to.be.lessThan(powerOf(seen, 1.5, { ...five, comparisons: 1 }));
    expect(powerOf(seen, 1.5, five)).to.equal(powerOf(seen, 1.5, five));
  });
});
