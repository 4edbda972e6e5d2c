import { expect } from 'chai';
import { describe, it } from 'mocha';
import { UsageError } from '../../errors.ts';
import { topologySchema } from '../../scenario/topology.ts';
import { chooseSettings, plannedSettings, settings, settingsOf } from './settings.ts';

const topology = (settings: Record<string, string> = {}, timers: 'recommended' | 'defaults' = 'recommended') =>
  topologySchema.parse({ settings, timers });

describe('settings of the lab', () => {
  it('are the recommended ones unless the programs’ own are asked for', () => {
    expect(chooseSettings(topology())).to.include({ ttl: '20', loop_wait: '5', server_login_retry: '1' });
    expect(chooseSettings(topology({}, 'defaults'))).to.include({
      ttl: '30',
      loop_wait: '10',
      server_login_retry: '15',
    });
  });

  it('are overridden one by one', () => {
    expect(chooseSettings(topology({ server_login_retry: '15' }))).to.include({ ttl: '20', server_login_retry: '15' });
  });

  it('refuse a name that is none, with the nearest', () => {
    expect(() => chooseSettings(topology({ server_login_rety: '1' }))).to.throw(
      UsageError,
      'did you mean server_login_retry?',
    );
  });

  it('refuse a value that is not a whole number, with the unit', () => {
    expect(() => chooseSettings(topology({ ttl: '20s' }))).to.throw(
      UsageError,
      'a whole number of s, 20 or more, but 20s was given: write ttl=20',
    );
  });

  it('refuse timers that Patroni would silently replace', () => {
    expect(() => chooseSettings(topology({ ttl: '19' }))).to.throw(
      UsageError,
      'a whole number of s, 20 or more, but 19 was given',
    );
    expect(() => chooseSettings(topology({ loop_wait: '11' }))).to.throw(
      UsageError,
      'ttl ≥ loop_wait + 2 × retry_timeout',
    );
    expect(() => chooseSettings(topology({ retry_timeout: '2' }))).to.throw(
      UsageError,
      'a whole number of s, 3 or more, but 2 was given',
    );
  });

  it('keep Patroni’s rule in both columns', () => {
    for (const timers of ['recommended', 'defaults'] as const)
      expect(() => chooseSettings(topology({}, timers))).to.not.throw();
  });

  it('each have a reason', () => {
    for (const [name, { why }] of Object.entries(settings)) expect(why, name).to.have.length.above(5);
  });

  it('say in the configuration when a value was chosen for this run', () => {
    const chosen = settingsOf('pgbouncer', chooseSettings(topology({ server_login_retry: '15' })));
    expect(chosen.find(({ name }) => name === 'server_login_retry')).to.deep.equal({
      name: 'server_login_retry',
      value: '15',
      why: 'chosen for this run (recommended: 1)',
    });
  });

  it('are planned with program and unit', () => {
    expect(plannedSettings(topology())).to.include({
      'patroni.ttl': '20 s',
      'haproxy.haproxy_inter': '1000 ms',
      'pgbouncer.server_login_retry': '1 s',
      'pgbouncer.pool_mode': 'transaction',
    });
  });
});
