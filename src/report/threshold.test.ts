import { expect } from 'chai';
import { thresholdOf } from '../measure/threshold/estimate.ts';
import { type Looked, thresholdLines, trialLine } from './threshold.ts';

const range = { from: 1_000, to: 40_000, scale: 'linear' } as const;
const trial = (dose: number, replaced: boolean, outageMs: number | null) => ({
  ...{ dose, replaced, outageMs, silenceMs: outageMs, lostWrites: 0 },
});
const looked = (trials: Looked['trials'], more: Partial<Looked> = {}): Looked => ({
  ...{ fault: 'pause-host', stack: 'lab', parameter: 'for', range, trials, threshold: thresholdOf(trials, range) },
  ...more,
});

describe('what threshold says', () => {
  it('is the threshold with its interval, what decides it and what clients saw', () => {
    const trials = [
      trial(8_000, false, 11_000),
      trial(14_000, false, 16_500),
      trial(18_000, true, 24_000),
      trial(21_000, true, 25_000),
    ];
    const lines = thresholdLines(looked(trials, { decided: { text: 'ttl = 20 s' } }));
    expect(lines[0]).to.match(
      /^pause-host on lab: a failover in half of all cases from 1[56]\.\d s on \(95 %: \d+\.\d s to \d+\.\d s; 4 trials\)$/,
    );
    expect(lines.slice(1)).to.deep.equal([
      '  the largest without a failover: 14.0 s; the smallest with one: 18.0 s',
      '  decided by: ttl = 20 s',
      '  writes were down from 8.0 s on',
      '  without a failover writes were down 2.8 s longer than the fault (median of 2; 2.5 to 3.0)',
      '  with a failover writes were down 24.5 s (median of 2; 24.0 to 25.0)',
    ]);
  });

  it('is a lower bound where nobody took over, and what clients did not notice', () => {
    const trials = [trial(500, false, 0), trial(30_000, false, 31_000), trial(40_000, false, null)];
    const lines = thresholdLines(looked(trials));
    expect(lines[0]).to.equal('pause-host on lab: no failover up to 40.0 s (3 trials)');
    expect(lines).to.include('  clients noticed nothing up to 0.50 s');
  });

  it('names a delay by milliseconds, and is never a length', () => {
    expect(trialLine('delayMs', trial(230, false, 0), 3)).to.equal(
      '  delayed by 230 ms: no failover; writes were never down (3 more)',
    );
    const some = thresholdLines(looked([trial(230, false, 2_000), trial(900, true, 9_000)], { parameter: 'delayMs' }));
    expect(some.join('\n'))
      .to.contain('without a failover writes were down 2.0 s (median of 1')
      .and.not.to.contain('longer');
  });
});
