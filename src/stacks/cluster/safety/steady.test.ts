import { expect } from 'chai';
import type { Backup, Cluster, Pooler } from '../../cnpg/objects.ts';
import { steadyDefaults, withoutFault } from '../options.ts';
import { type Health, hindrances, ofPoolers } from './steady.ts';

const now = new Date('2026-11-22T12:00:00Z');
const backup = (phase: string, stoppedAt?: string): Backup => ({
  ...{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Backup', metadata: { name: 'daily' } },
  status: { phase, ...(stoppedAt && { stoppedAt }) },
});
const cluster = (status: Cluster['status'] = {}, instances = 3): Cluster => ({
  ...{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'pg' }, spec: { instances } },
  status: {
    ...{ phase: 'Cluster in healthy state', readyInstances: 3, currentPrimary: 'pg-1', targetPrimary: 'pg-1' },
    ...status,
  },
});
const healthy: Health = {
  cluster: cluster(),
  instances: [],
  backups: [backup('completed', '2026-11-22T02:00:00Z')],
  standbys: ['pg-2', 'pg-3'].map((name) => ({ name, state: 'streaming', lagBytes: 0 })),
  volumes: new Map([['pg-1', 0.4]]),
  clocks: [{ where: 'pg-1', offsetMs: 30, plusMinusMs: 20 }],
};
const said = (change: Partial<Health>, limits = steadyDefaults) =>
  hindrances({ ...healthy, ...change }, limits, now).join(' · ');

describe('the steady state that a drill demands', () => {
  it('holds where everything is healthy', () => {
    expect(hindrances(healthy, steadyDefaults, now)).to.deep.equal([]);
  });

  it('is not where the operator says otherwise, an instance is missing, or a switchover is under way', () => {
    expect(said({ cluster: cluster({ phase: 'Upgrading cluster' }) })).to.equal(
      'the operator says of pg: Upgrading cluster',
    );
    expect(said({ cluster: cluster({ readyInstances: 2 }) })).to.equal('2 of 3 instances are ready');
    expect(said({ cluster: cluster({ targetPrimary: 'pg-2' }) })).to.include('a switchover from pg-1 to pg-2');
  });

  it('is not where a standby does not stream, or lags', () => {
    expect(said({ standbys: healthy.standbys.slice(1) })).to.equal('1 of 2 standbys stream');
    const lagging = { name: 'pg-3', state: 'streaming', lagBytes: 20 * 1024 * 1024 };
    expect(said({ standbys: [healthy.standbys[0]!, lagging] })).to.include('pg-3 lags 20971520 bytes behind');
  });

  it('is not without a recent backup, unless none is asked for', () => {
    expect(said({ backups: [] })).to.include('no completed backup exists');
    expect(said({ backups: [backup('completed', '2026-11-20T02:00:00Z')] })).to.include('the last backup is 58 h old');
    expect(said({ backups: [] }, { ...steadyDefaults, backupAgeS: undefined })).to.equal('');
  });

  it('may be one instance with an old backup where no fault is injected: a restore proves just that', () => {
    const alone = {
      cluster: cluster({ readyInstances: 1 }, 1),
      standbys: [],
      backups: [backup('completed', '2026-11-20T02:00:00Z')],
    };
    expect(said(alone)).to.include('it has one instance, so that nothing can take over').and.include('58 h old');
    expect(said(alone, withoutFault(steadyDefaults))).to.equal('');
    expect(said({ volumes: new Map([['pg-1', 0.91]]) }, withoutFault(steadyDefaults))).to.include('91 % full');
  });

  it('is not while a backup runs', () => {
    expect(said({ backups: [...healthy.backups, backup('running')] })).to.equal('the backup daily is running');
  });

  it('is not with a full volume or a clock that is off by more than the asking took', () => {
    expect(said({ volumes: new Map([['pg-2', 0.91]]) })).to.equal(
      'the volume of pg-2 is 91 % full, and 80 % is the limit',
    );
    expect(said({ clocks: [{ where: 'pg-2', offsetMs: -4_200, plusMinusMs: 30 }] })).to.include(
      'the clock of pg-2 is off by -4.2 s',
    );
    expect(said({ clocks: [{ where: 'pg-2', offsetMs: 1_500, plusMinusMs: 800 }] })).to.equal('');
  });

  it('is not while a Pooler is paused, through which nobody would get', () => {
    const pooler = (name: string, paused?: boolean): Pooler => ({
      ...{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Pooler', metadata: { name } },
      spec: { cluster: { name: 'pg' }, pgbouncer: paused === undefined ? {} : { paused } },
    });
    expect(ofPoolers([pooler('a'), pooler('b', false)])).to.deep.equal([]);
    expect(ofPoolers([pooler('a', true), pooler('b')])).to.deep.equal([
      'the Pooler a is paused; set its spec.pgbouncer.paused to false',
    ]);
  });

  it('is never there with a single instance', () => {
    expect(said({ cluster: cluster({ readyInstances: 1 }, 1), standbys: [] })).to.include('nothing can take over');
  });
});
