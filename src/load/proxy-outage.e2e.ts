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

  // How close it comes on a quiet machine is shown by `npm run bench -- outage`; here other tests may keep it busy.
  it('is seen for resets and for silence alike', () => {
    for (const mode of ['reset', 'blackhole'])
      expect(seen.filter((cut) => cut.mode === mode).length, mode).to.be.at.least(3);
  });
});
