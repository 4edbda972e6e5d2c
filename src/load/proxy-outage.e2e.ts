import { expect } from 'chai';
import { type CutSeen, tryCuts } from './proof/cut-trial.ts';
import { postgresFor } from './test-postgres.ts';

describe('an outage measured through probes, journal and measures', function () {
  this.timeout(180_000);
  let seen: CutSeen[];
  before(async function () {
    await using postgres = await postgresFor(this);
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

  // Other tests may keep the machine busy: a request that is slow just then may put a cut or two beside its interval. The
  // figures of a quiet machine are shown by `npm run bench -- outage`.
  it('lies within the uncertainty that is stated with it', () => {
    const outside = seen.filter(
      ({ trueMs, measuredMs, minusMs, plusMs }) => trueMs < measuredMs - minusMs || trueMs > measuredMs + plusMs,
    );
    expect(outside.length, JSON.stringify(outside)).to.be.at.most(2);
  });

  it('is as long as the proxy’s clock says, give or take a few slots and a login', () => {
    const errorsMs = seen.map(({ trueMs, measuredMs }) => Math.abs(measuredMs - trueMs)).sort((a, b) => a - b);
    expect(errorsMs[Math.floor(errorsMs.length / 2)], `errors ${errorsMs.join(', ')} ms`).to.be.below(50);
  });

  it('is seen for resets and for silence alike', () => {
    for (const mode of ['reset', 'blackhole'])
      expect(seen.filter((cut) => cut.mode === mode).length, mode).to.be.at.least(3);
  });
});
