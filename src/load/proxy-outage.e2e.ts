import { expect } from 'chai';
import { type CutSeen, tryCuts } from './cut-trial.ts';
import { TestPostgres, whyNoPostgres } from './test-postgres.ts';

describe('an outage measured through probes, journal and measures', function () {
  this.timeout(180_000);
  let seen: CutSeen[];
  before(async function () {
    const why = await whyNoPostgres();
    if (why) {
      console.log(`      skipped: ${why}`);
      this.skip();
    }
    await using postgres = await TestPostgres.start();
    const reset = { mode: 'reset', limitMs: 1000 } as const;
    const blackhole = { mode: 'blackhole', limitMs: 1000 } as const;
    seen = await tryCuts(
      postgres.endpoint,
      [
        { ...reset, lengthsMs: [200, 3000] },
        { ...reset, lengthsMs: [700, 1400] },
        { ...blackhole, lengthsMs: [300, 2500] },
        { ...blackhole, lengthsMs: [900, 1700] },
      ],
      1,
    );
  });

  it('lies within the uncertainty that is stated with it', () => {
    for (const { trueMs, measuredMs, minusMs, plusMs, mode } of seen)
      expect(trueMs, `${mode}, measured ${measuredMs}`).to.be.within(measuredMs - minusMs, measuredMs + plusMs);
  });

  // The figures of a quiet machine are shown by `npm run bench -- outage`; here the machine may be busy with other tests.
  it('is as long as the proxy’s clock says, give or take a few slots', () => {
    const errorsMs = seen.map(({ trueMs, measuredMs }) => Math.abs(measuredMs - trueMs)).sort((a, b) => a - b);
    expect(errorsMs.at(Math.floor(errorsMs.length / 2)), `errors ${errorsMs.join(', ')} ms`).to.be.below(20);
  });

  it('is seen for resets and for silence alike', () => {
    for (const mode of ['reset', 'blackhole'])
      expect(seen.filter((cut) => cut.mode === mode).length, mode).to.be.at.least(3);
  });
});
