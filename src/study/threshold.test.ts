import { expect } from 'chai';
import { SetupError, UsageError } from '../errors.ts';
import type { Verdict } from '../measure/verdict.ts';
import { doseOf, findThreshold, trialOf } from './threshold.ts';

const verdict = (promotions: number | null, outageMs = 0): Verdict => {
  const one = (metric: string, value: number | null) => ({ metric, value, lower: value, upper: value });
  return {
    sentence: 'what it showed',
    measured: [one('promotions', promotions), one('writeOutageMs', outageMs)],
  } as unknown as Verdict;
};
const signal = new AbortController().signal;
const range = doseOf('pause-host').range;

describe('looking for a threshold', () => {
  it('makes drills of different lengths until the trials are made, and finds the length', async () => {
    const seen: number[] = [];
    const run = async (dose: number) => ({ verdict: verdict(dose > 17_000 ? 1 : 0, dose), folder: 'r' });
    const { threshold, trials } = await findThreshold({
      ...{ range, trials: 9, signal, run },
      onTrial: (_, left) => void seen.push(left),
    });
    expect(trials).to.have.length(9);
    expect(seen.at(-1)).to.equal(0);
    expect(threshold.lower).to.be.within(12_000, 17_000);
    expect(threshold.upper!).to.be.within(17_000, 22_000);
  });

  it('leaves out a run that does not say who was primary, and ends where none does', async () => {
    let made = 0;
    const run = async (dose: number) => ({
      verdict: verdict(made++ % 2 === 0 ? null : dose > 17_000 ? 1 : 0),
      folder: 'r',
    });
    const { trials } = await findThreshold({ range, trials: 4, signal, run, onTrial: () => {} });
    expect([trials.length, made]).to.deep.equal([4, 8]);
    const blind = async () => ({ verdict: verdict(null), folder: 'r' });
    const error = await findThreshold({ range, trials: 4, signal, run: blind, onTrial: () => {} }).catch(
      (why: Error) => why,
    );
    expect(error).to.be.instanceOf(SetupError);
    expect(String(error)).to.contain('3 trials in a row did not show whether anybody took over');
  });

  it('leaves out the run that an interruption cut short', async () => {
    const stop = new AbortController();
    let made = 0;
    const run = async (dose: number) => {
      if (++made === 3) stop.abort();
      return { verdict: verdict(dose > 17_000 ? 1 : 0), folder: 'r' };
    };
    const { trials } = await findThreshold({ range, trials: 9, signal: stop.signal, run, onTrial: () => {} });
    expect([trials.length, made]).to.deep.equal([2, 3]);
  });

  it('varies a length, or the delay of a slow link', () => {
    expect(doseOf('freeze').parameter).to.equal('for');
    expect(doseOf('slow-link').parameter).to.equal('delayMs');
    expect(trialOf('disk-stall', doseOf('disk-stall'), 3_000).topology.walDiskMegabytes).to.equal(512);
    expect(trialOf('freeze', doseOf('freeze'), 3_000).needs).to.deep.equal(['freeze']);
  });

  it('refuses faults without a length, of something else than an instance, and with parameters of their own', () => {
    for (const fault of ['restart', 'pooler-crash', 'cpu-starve', 'disturb'] as const)
      expect(() => doseOf(fault), fault).to.throw(UsageError);
  });
});
