import { expect } from 'chai';
import { describe, it } from 'mocha';
import { UsageError } from '../../errors.ts';
import type { Topology } from '../../scenario/topology.ts';
import { chooseSettings, settings } from './settings.ts';

const chosenOf = (asked: Pick<Topology, 'timers' | 'settings'>) =>
  chooseSettings({ ...asked, pooler: { instances: 2, mode: 'transaction', poolSize: 25 } });

describe('the settings of CloudNativePG', () => {
  it('recommends a short server_login_retry and no smart shutdown', () => {
    const { pgbouncer, cluster } = chosenOf({ timers: 'recommended', settings: {} });
    expect(pgbouncer.server_login_retry).to.equal('1');
    expect(cluster.smartShutdownTimeout).to.equal('0');
  });

  it('says the programs’ own defaults, where they are asked for, over what the manifests recommend', () => {
    const { pgbouncer, cluster, lease } = chosenOf({ timers: 'defaults', settings: {} });
    expect(pgbouncer).to.include({ server_login_retry: '15', server_connect_timeout: '15', tcp_user_timeout: '0' });
    expect(cluster).to.deep.equal({ smartShutdownTimeout: '180' });
    expect(lease).to.deep.equal({});
  });

  it('puts a single setting where it belongs, over either', () => {
    const asked = { lease_duration: '7', server_login_retry: '13' };
    const { lease, pgbouncer } = chosenOf({ timers: 'defaults', settings: asked });
    expect(lease).to.deep.equal({ leaseDurationSeconds: '7' });
    expect(pgbouncer).to.include({ server_login_retry: '13', server_connect_timeout: '15' });
  });

  it('names the nearest setting to one that it does not have', () => {
    const wrong = () => chosenOf({ timers: 'defaults', settings: { server_login_retri: '1' } });
    expect(wrong).to.throw(UsageError, 'did you mean server_login_retry?');
  });

  it('takes whole numbers only, and says in which unit', () => {
    const wrong = () => chosenOf({ timers: 'defaults', settings: { lease_duration: '15s' } });
    expect(wrong).to.throw(
      UsageError,
      'takes a whole number of s, 1 or more, but 15s was given: write lease_duration=15',
    );
  });

  it('takes the pool mode from the topology, and from --with over it', () => {
    expect(chosenOf({ timers: 'defaults', settings: {} }).pgbouncer.pool_mode).to.equal('transaction');
    const asked = chosenOf({ timers: 'defaults', settings: { pool_mode: 'session' } });
    expect(asked.pgbouncer.pool_mode).to.equal('session');
    const wrong = () => chosenOf({ timers: 'defaults', settings: { pool_mode: 'statement' } });
    expect(wrong).to.throw(UsageError, 'takes transaction or session, but statement was given');
  });

  it('gives a reason for each', () => {
    for (const [name, { why }] of Object.entries(settings)) expect(why, name).to.have.length.above(5);
  });
});
