import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { configLimits, limitSchema, limitsFromConfig, limitsOn, parseLimits } from './limits.ts';

const limits = {
  writeOutageMs: { max: 30_000, on: { k3s: { max: 65_000, source: 'the timeouts' } } },
  undeclaredLosses: { max: 0 },
};

describe('limits', () => {
  it('may differ by stack, each with its source', () => {
    expect(limitsOn(limits, 'lab')).to.deep.equal({ writeOutageMs: { max: 30_000 }, undeclaredLosses: { max: 0 } });
    expect(limitsOn(limits, 'k3s').writeOutageMs).to.deep.equal({ max: 65_000, source: 'the timeouts' });
    expect(limitsOn(limits, 'cluster').writeOutageMs).to.deep.equal({ max: 30_000 });
  });

  it('of the command go before all others, under the names that objectives have', () => {
    const changes = parseLimits(['rto=45s', 'recoveryMs=90000', 'failedRequests=3']);
    expect(limitsOn(limits, 'k3s', changes)).to.deep.equal({
      writeOutageMs: { max: 45_000, source: '--limit' },
      undeclaredLosses: { max: 0 },
      recoveryMs: { max: 90_000, source: '--limit' },
      failedRequests: { max: 3, source: '--limit' },
    });
  });

  it('know an RPO of nothing as no lost write, and a longer one as a time', () => {
    expect(parseLimits(['rpo=0'])[0]).to.deep.include({ metric: 'lostWrites', limit: { max: 0, source: '--limit' } });
    expect(parseLimits(['RPO=5s'])[0]).to.deep.include({
      metric: 'lostWindowMs',
      limit: { max: 5_000, source: '--limit' },
    });
    expect(parseLimits(['clientWaitSeconds=2m'])[0]!.limit.max).to.equal(120);
  });

  it('of the configuration hold where the scenario has an upper limit, and under its name anyway', () => {
    const config = configLimits.parse({ rto: '40s', recoveryMs: 60_000, 'primary-crash': { recoveryMs: '70s' } });
    const of = (scenario: string) => limitsOn(limits, 'lab', limitsFromConfig(config, scenario));
    expect(of('primary-crash')).to.deep.include({ recoveryMs: { max: 70_000, source: 'pgdrill.config.yaml' } });
    expect(of('standbys-lost')).not.to.have.property('recoveryMs');
    expect(of('standbys-lost').writeOutageMs).to.deep.equal({ max: 40_000, source: 'pgdrill.config.yaml' });
  });

  it('leave a drill that is meant to stop writes as it is', () => {
    const stops = { writeOutageMs: { min: 18_000 } };
    expect(limitsOn(stops, 'lab', limitsFromConfig({ rto: '40s' }, 'any'))).to.deep.equal(stops);
  });

  it('are refused in one sentence: an unknown metric, a value that is not one, a limit without a bound', () => {
    const said = (word: string) => () => parseLimits([word]);
    expect(said('writeOutage=30s')).to.throw(UsageError, 'did you mean writeOutageMs?');
    expect(said('rto=soon')).to.throw(
      UsageError,
      '--limit sets rto to "soon"; expected a duration such as 30s, or a number in ms',
    );
    expect(said('lostWrites=3s')).to.throw(UsageError, 'expected a number in count');
    expect(said('rto')).to.throw(UsageError, '--limit expects metric=value');
    expect(limitSchema.safeParse({ on: { k3s: { max: 1 } } }).success).to.equal(false);
    expect(limitSchema.safeParse({ max: 1, on: { k3s: {} } }).success).to.equal(false);
    expect(limitSchema.safeParse({ max: 1, on: { moon: { max: 1 } } }).success).to.equal(false);
  });
});
