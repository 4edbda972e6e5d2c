import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Seen } from '../../stack.ts';
import { noteCuts, SampledLog } from './sampler.ts';

const secondNs = 1_000_000_000n;

/**
 * What the sampler writes of lines at even distances.
 * @param rates lines in each second
 */
function written(rates: readonly number[]): SampledLog {
  const log = new SampledLog();
  rates.forEach((rate, second) => {
    for (let i = 1; i <= rate; i++)
      if (i <= 100 || (i - 100) % 100 === 0)
        log.take(BigInt(second) * secondNs + (BigInt(i - 1) * secondNs) / BigInt(rate), 7n);
  });
  return log;
}
const bounds = (log: SampledLog) => log.cuts.map(({ least, most }) => [least, most]);

describe('the sampler of a manager’s log', () => {
  it('leaves nothing out of seconds with fewer than 100 lines', () => {
    expect(written([99, 99, 10]).cuts).to.deep.equal([]);
  });

  it('leaves out what the bounds of each second hold, at any rate', () => {
    for (const rate of [100, 101, 150, 199, 200, 250, 1_000, 5_000]) {
      const log = written([rate]);
      const missing = rate - 100 - Math.floor((rate - 100) / 100);
      expect(log.cuts, String(rate)).to.have.length(1);
      expect(missing, String(rate)).to.be.within(log.cuts[0]!.least, log.cuts[0]!.most);
    }
  });

  it('begins each second with its first line, and leaves lines out from the 100th on', () => {
    const log = written([20, 400, 400, 20]);
    // The second of the first line is over exactly when the next begins.
    expect(bounds(log)).to.deep.equal([
      [297, 396],
      [297, 396],
    ]);
    const [cut] = log.cuts;
    expect(cut).to.deep.include({ fromNs: secondNs + (99n * secondNs) / 400n + 7n, untilNs: 2n * secondNs + 7n });
  });

  it('finds 100 lines within one second of the sampler, not of the calendar', () => {
    const log = new SampledLog();
    const from = secondNs / 2n;
    for (let i = 0n; i < 100n; i++) log.take(from + (i * secondNs) / 100n, 0n);
    expect(log.cuts).to.have.length(1);
  });

  it('does not exist where a second has more lines than PgBouncer could write past it', () => {
    const log = new SampledLog();
    for (let i = 0n; i < 300n; i++) log.take((i * secondNs) / 300n, 0n);
    expect(log.isSampled).to.equal(false);
    expect(log.cuts).to.deep.equal([]);
  });

  it('is noted once: which seconds lack lines, that none does, nothing of a log without lines', () => {
    const noted = (log: SampledLog) => {
      const seen: Seen[] = [];
      noteCuts('pooler-1', log, (what) => seen.push(what));
      return seen.map((what) => what.kind === 'note' && [what.level, what.text, what.logCut?.seconds.length]);
    };
    expect(noted(written([300, 300]))).to.deep.equal([
      [
        'warn',
        'the log of pooler-1 lacks lines in 2 seconds: CloudNativePG’s manager writes the first 100 a second, then every 100th; counts from this log are lower bounds',
        2,
      ],
    ]);
    expect(noted(written([50]))).to.deep.equal([
      ['info', 'the log of pooler-1 lacks no lines: no second of it has 100', 0],
    ]);
    expect(noted(new SampledLog())).to.deep.equal([]);
  });
});
