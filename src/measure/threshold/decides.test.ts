import { expect } from 'chai';
import { decidedBy } from './decides.ts';
import type { Threshold } from './estimate.ts';

const settings = {
  'patroni.ttl': '20 s',
  'patroni.loop_wait': '5 s',
  'haproxy.haproxy_inter': '1000 ms',
  'postgresql.wal_sender_timeout': '5s',
  'postgresql.max_connections': '200',
};
const found = (dose: number, change: Partial<Threshold> = {}): Threshold => ({
  ...{ dose, lower: 0.9 * dose, upper: 1.1 * dose, survived: dose, replaced: dose + 1, trials: 8, ...change },
});

describe('what decides a threshold', () => {
  it('is the leader’s key where the whole host is silent, with what it predicts', () => {
    const decided = decidedBy('pause-host', settings, found(17_000))!;
    expect(decided.predicted).to.deep.equal({ lowMs: 15_000, highMs: 20_500 });
    expect(decided.text).to.match(/^the timeouts say 15 s to 20.5 s: the leader’s key lives ttl = 20 s/);
    expect(decidedBy('pause-host', settings, found(40_000))!.text).to.contain('this is not what was found');
  });

  it('is the leader’s key, too, where the manager runs and cannot ask its PostgreSQL', () => {
    expect(decidedBy('freeze', settings, found(18_600))!.predicted).to.deep.equal({ lowMs: 15_000, highMs: 20_500 });
  });

  it('is the readiness probe of CloudNativePG where PostgreSQL alone stands still, and the node where the whole host does', () => {
    const operator = { 'cloudnativepg.lease_duration': '15 s', 'cloudnativepg.failover_delay': '10 s' };
    const frozen = decidedBy('freeze', operator, found(58_000))!;
    expect(frozen.predicted).to.deep.equal({ lowMs: 30_000, highMs: 75_000 });
    expect(frozen.text).to.contain('three failed readiness probes').and.to.contain('takes over when the fault ends');
    expect(decidedBy('pause-host', operator, found(67_000))!.text).to.contain(
      'Kubernetes calls a silent node NotReady',
    );
  });

  it('is a timeout of about that length where no model covers the fault', () => {
    expect(decidedBy('slow-link', settings, found(5_000))!.text).to.equal(
      'timeouts in force near it: loop_wait = 5 s, wal_sender_timeout = 5s; move one with --with and compare',
    );
    expect(decidedBy('slow-link', settings, found(200))!.text).to.equal('no timeout in force is near it');
  });

  it('is nothing where nobody took over', () => {
    expect(decidedBy('slow-link', settings, found(5_000, { replaced: undefined, upper: null }))).to.equal(undefined);
  });
});
