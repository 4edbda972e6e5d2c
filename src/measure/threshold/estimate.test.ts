import { expect } from 'chai';
import { randomFrom } from '../../random.ts';
import { nextDose, type Range, type Threshold, type Trial, thresholdOf } from './estimate.ts';
import { quantileOfWeights } from './weights.ts';

const range: Range = { from: 2_000, to: 40_000, scale: 'linear' };

/** Asks a system that gives its primary up after a time drawn for each trial. */
function experiment(givesUpAfter: () => number, trials: number, over = range): Trial[] {
  const done: Trial[] = [];
  for (let i = 0; i < trials; i++) {
    const dose = nextDose(done, over);
    done.push({ dose, replaced: dose > givesUpAfter() });
  }
  return done;
}

describe('the threshold of a fault', () => {
  const random = randomFrom(7);
  const uniform = (from: number, to: number) => () => from + random() * (to - from);
  /** How often the interval holds the truth, and how wide it is in the middle, over many simulated experiments. */
  function tried(
    truth: () => { givesUp: () => number; half: number },
    conclude: (trials: Trial[]) => Threshold,
    n = 10,
  ) {
    const widths: number[] = [];
    let held = 0;
    const times = 80;
    for (let i = 0; i < times; i++) {
      const { givesUp, half } = truth();
      const { lower, upper } = conclude(experiment(givesUp, n));
      if (lower <= half && half <= (upper ?? Number.POSITIVE_INFINITY)) held++;
      widths.push((upper ?? range.to) - lower);
    }
    return {
      held: held / times,
      width: quantileOfWeights(
        widths.sort((a, b) => a - b),
        widths.map(() => 1 / times),
        0.5,
      ),
    };
  }
  /** A leader's key of 20 s that is renewed every 5 s; its half is moved about the range. */
  const byKey = () => {
    const ttl = 12_000 + random() * 20_000;
    return { givesUp: uniform(ttl - 5_000, ttl), half: ttl - 2_500 };
  };
  /** A timeout that is always the same. */
  const sharp = () => {
    const at = 4_000 + random() * 32_000;
    return { givesUp: () => at, half: at };
  };

  it('lies within its interval, whether the system decides by chance or to the millisecond', () => {
    const spread = tried(byKey, (trials) => thresholdOf(trials, range));
    expect(spread.held).to.be.at.least(0.92);
    expect(spread.width).to.be.below(9_000);
    const exact = tried(sharp, (trials) => thresholdOf(trials, range));
    expect(exact.held).to.be.at.least(0.92);
    expect(exact.width).to.be.below(6_000);
  });

  it('would not with an interval of what was survived and what was not, which knows no chance', () => {
    const bracket = (trials: Trial[]): Threshold => {
      const found = thresholdOf(trials, range);
      const [a, b] = [found.survived ?? range.from, found.replaced ?? range.to];
      return { ...found, lower: Math.min(a, b), upper: Math.max(a, b) };
    };
    expect(tried(byKey, bracket).held).to.be.below(0.85);
  });

  it('is the narrower the more trials there are', () => {
    const width = (n: number) => tried(byKey, (trials) => thresholdOf(trials, range), n).width;
    expect(width(24)).to.be.below(0.75 * width(6));
  });

  it('has no upper end where no dose led to a failover, and says what was survived', () => {
    const found = thresholdOf(
      experiment(() => Number.POSITIVE_INFINITY, 5),
      range,
    );
    expect(found.upper).to.equal(null);
    expect(found.replaced).to.equal(undefined);
    expect(found.survived).to.be.greaterThan(36_000);
  });

  it('begins at the smallest dose where every dose led to a failover', () => {
    const found = thresholdOf(
      experiment(() => 0, 6),
      range,
    );
    expect(found.lower).to.equal(2_000);
    expect(found.upper).to.be.below(12_000);
    expect(found.survived).to.equal(undefined);
  });

  it('is looked for by factors where the range spans several', () => {
    const delays: Range = { from: 10, to: 5_000, scale: 'log' };
    const found = thresholdOf(
      experiment(() => 300, 10, delays),
      delays,
    );
    expect(found.lower).to.be.within(100, 300);
    expect(found.upper!).to.be.within(300, 900);
  });
});
