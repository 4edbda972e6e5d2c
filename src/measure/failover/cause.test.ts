import { expect } from 'chai';
import { readRunFile } from '../../journal/read.ts';
import { crashStory } from '../../journal/stories.ts';
import { synthetic } from '../../journal/synthetic.ts';
import { outages } from '../availability/outage.ts';
import { judge } from '../judge.ts';
import { causeOf } from './cause.ts';
import { phaseTimes } from './phases.ts';

const stored = (name: string) => readRunFile(`fixtures/journals/${name}/run.ndjson.gz`);
/** The unexplained rest as a share of the outage. */
async function restOf(name: string): Promise<number> {
  const run = await stored(name);
  const residual = phaseTimes(run).find(({ metric }) => metric === 'residualMs')!.value!;
  return residual / outages(run)[0]!.value!;
}
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** The election comes a second after the fault, so that the lease is the largest part. */
const soonAfter = <R extends { role: string; tUs: number }>(role: R): R =>
  role.role === 'elected' ? { ...role, tUs: 21e6 } : role;

const passed = { level: 'info', text: 'the lease passed on', lease: { from: 'pg-1', to: 'pg-2' } } as const;

describe('the cause of an outage', () => {
  it('is the largest part, with who imposes it and the setting in force', async () => {
    expect((await causeOf(await stored('primary-crash-failed')))!).to.deep.include({
      ...{ phase: 'detect', imposedBy: 'Patroni (ttl = 36 s)' },
      sentence:
        '35.4 s of the 36.4 s passed while the leader key of the lost primary expired: Patroni elects a new leader only then (ttl = 36 s).',
    });
    const held = causeOf(await stored('planned-switchover-failed'))!;
    expect(held.sentence).to.contain('21.5 s of the 25.1 s passed before PgBouncer connected to the server again');
    expect(held.imposedBy).to.equal('PgBouncer (server_login_retry = 25 s)');
  });

  it('on CloudNativePG names the lease, or the standby that commits wait for', async () => {
    expect(causeOf(await stored('pool-mode-storm-operator-not-held'))!.sentence).to.contain(
      '17.2 s of the 39.5 s passed while postgres-2 waited for the primary lease',
    );
    expect(causeOf(await stored('primary-delete-now-failed'))!).to.include({ phase: 'standby' });
  });

  it('says that the old primary released the lease where it did, not that it expired', async () => {
    const blind = await crashStory({
      more: (story) => {
        story.line('note', 28.5, { ...passed, text: 'released', lease: { from: 'pg-1', to: '' } });
        story.line('note', 29.5, { ...passed, lease: { from: '', to: 'pg-2' } });
        story.line('role', 28, { observer: 'platform', instance: 'pg-2', role: 'elected' });
      },
    }).run();
    const roles = blind.roles.filter(({ role }) => role !== 'lost');
    const settings = { 'cloudnativepg.lease_duration': '15 s' };
    const cause = (found: typeof blind) =>
      causeOf({ ...found, stack: { ...found.stack!, settings }, roles: roles.map((one) => soonAfter(one)) })!;
    const released = cause(blind);
    expect(released.phase).to.equal('lease');
    expect(released.sentence).to.contain(
      'pg-1 was back before the operator had given it up, kept the lease, and released it only when it had shut down again',
    );
    const expired = cause({ ...blind, notes: blind.notes.filter(({ lease }) => lease?.to !== '') });
    expect(expired.sentence).to.contain('only when the lease of the lost primary has expired (lease_duration = 15 s');
  });

  it('is what was under way when the drill ended its fault, where nothing else ended the outage', async () => {
    const stuck = synthetic()
      .stream('pooler-1', { down: [20, 40] })
      .fault('freeze', { at: 20, heal: 35 });
    stuck
      .role(0, 'sql', 'pg-1', 'primary', 1)
      .role(30, 'platform', 'pg-1', 'lost')
      .role(31, 'platform', 'pg-2', 'elected');
    stuck.line('note', 36, passed).role(38, 'sql', 'pg-2', 'primary', 2);
    const cause = causeOf(await stuck.run())!;
    expect(cause).to.include({ phase: 'lease', endedByDrillMs: 14_990 });
    expect(cause.sentence).to.equal(
      'Writes did not recover on their own; the drill ended its fault after 15.0 s. 4.0 s of the 15.0 s until then passed while pg-2 ' +
        'waited for the primary lease: pg-1 kept it, because the freeze stops PostgreSQL and leaves the instance manager ' +
        'running, which renews the lease. 10.0 s more passed earlier, while the leader key of the lost primary expired: every process ' +
        'of PostgreSQL on the primary pg-1 was stopped (SIGSTOP), and the HA manager elects a new leader only then (ttl). ' +
        'Once the fault had ended, pg-2 was promoted after 3.0 s.',
    );
  });

  it('of a pause that ended at its time is the pause, for clients that are sent to the same primary again', async () => {
    expect(causeOf(await stored('host-paused-passed'))!.sentence).to.equal(
      '8.2 s of the 11.6 s passed while the host of the primary pg2 stood still, as a paused virtual machine does: Patroni ' +
        'kept pg2 as the primary. 2.5 s more passed before clients were sent to pg2: HAProxy asks for the primary at its own ' +
        'interval (haproxy_inter = 1000 ms).',
    );
  });

  it('of a killed backend is that PostgreSQL ended every session', async () => {
    expect(causeOf(await stored('backend-killed-passed'))!.sentence).to.contain(
      'passed while pg1 restarted: one backend of the primary pg1 was killed with SIGKILL, so PostgreSQL ended every session',
    );
  });

  it('names the group where the drill cut a pooler off, and where its clients went', async () => {
    const { sentence, advice } = causeOf(await stored('pooler-cut-off-failed'))!;
    expect(sentence).to.contain('passed while the group zone-b (the pooler pooler2) was cut off from clients');
    expect(sentence).to.contain('pooler2 ran on').and.to.contain('its clients know another pooler');
    expect(advice).to.contain('a shorter connect and statement timeout (here 5 s)').and.to.contain('up to 10 s');
  });

  it('is the fault and not a restart, where a primary without processor time stayed the primary', async () => {
    const cause = causeOf(await stored('cpu-starved-failed'))!;
    expect(cause.imposedBy).to.equal('the fault itself');
    expect(cause.sentence).to.contain('all processes of the primary pg2 together had 1 % of one processor');
    expect(cause.advice).to.contain('Alert on throttling');
  });

  it('is the standby that commits waited for where its link was slow, and what was in the way afterwards', async () => {
    const cause = causeOf(await stored('slow-standby-link-failed'))!;
    expect(cause.sentence)
      .to.match(/^24\.\d s of the 28\.9 s passed while every packet that the only standby pg1 sent arrived 3 s later/)
      .and.to.contain('every commit waited for pg1, the only standby')
      .and.to.contain('s more passed after the fault had ended: PostgreSQL still refused log-ins')
      .and.to.contain(
        'PostgreSQL began to refuse log-ins, 95 in all: its 200 connections were taken, 10 of them by the poolers',
      );
    expect(cause.advice).to.contain('a second standby');
  });

  it('names the primary in a zone that was cut off, and the key that it could not renew', async () => {
    const cause = causeOf(await stored('zone-cut-failed'))!;
    expect(cause.imposedBy).to.equal('Patroni (ttl = 60 s)');
    expect(cause.sentence).to.contain('the group zone-a (the primary pg3, etcd1) was cut off from the other hosts');
  });

  it('names no ttl for a key that was held for longer than it can have taken to expire, but what held it', async () => {
    expect(causeOf(await stored('disk-full-failed'))!.imposedBy).to.equal('Patroni (primary_start_timeout = 60 s)');
  });

  it('does not guess why standbys were away', async () => {
    expect(causeOf(await stored('lossy-primary-failed'))!.sentence).to.contain(
      'none streamed from pg1, the new primary: pg2 did not answer for 26.4 s, pg3 did not answer for 23.7 s. 10 reads met 57P03 (shutting down)',
    );
  });

  it('names a connection attempt that hung only where one did', async () => {
    expect(causeOf(await stored('memory-runs-out-failed'))!.sentence).not.to.contain('hangs');
    expect(causeOf(await stored('planned-switchover-passed'))!.sentence).to.contain('an attempt that hangs');
  });

  it('is the pause where the drill held clients behind paused poolers, which does not count as a failure to recover', async () => {
    const run = await stored('paused-switchover-passed');
    const cause = causeOf(run)!;
    expect(cause).to.include({ held: true, imposedBy: 'the drill, which paused the poolers' });
    expect(cause.sentence).to.match(
      /^\d\.\d s of the \d\.\d s passed while the poolers were paused: the drill held the clients until it resumed them\.$/,
    );
    expect(judge(run).sentence).to.match(
      /^PASS paused-switchover: writes waited: the drill held them back for 5\.\d s behind paused poolers/,
    );
  });

  it('names the drill itself where it broke the pooler', async () => {
    expect(causeOf(await stored('pooler-loss-passed'))!.sentence).to.contain('passed while pooler1 was down');
  });

  it('is absent where nothing was broken or nothing was down', async () => {
    expect(causeOf(await stored('steady-passed'))).to.equal(undefined);
    expect(causeOf(await stored('control-plane-lost-passed'))).to.equal(undefined);
  });

  it('counts only what lies within the outage: a full disk is not felt at once', async () => {
    const { ms, ofMs } = causeOf(await stored('disk-full-passed'))!;
    expect(ms).to.be.lessThan(ofMs);
  });

  it('says so where nobody saw why', async () => {
    const blind = await crashStory().run();
    const cause = causeOf({
      ...blind,
      roles: [],
      poolLogs: [],
      replicas: [],
      stack: { ...blind.stack!, settings: {} },
    })!;
    expect(cause.sentence).to.contain('unexplained: no record of the run shows what clients waited for then');
  });

  it('leaves at most 5 % of a crash on the lab unexplained, and 10 % on CloudNativePG (medians)', async () => {
    const lab = [
      'primary-crash-passed',
      'primary-crash-failed',
      'archive-after-failover-passed',
      'point-in-time-restore-passed',
      'pool-mode-storm-held',
      'pool-mode-storm-not-held',
      'primary-delete-now-passed',
    ];
    const quiet = [1, 2, 3, 4, 5].map((n) => `k3s-primary-crash-${n}`);
    const operator = [
      'pool-mode-storm-operator-held',
      'pool-mode-storm-operator-not-held',
      'primary-delete-now-failed',
      'drain-passed',
      'drain-failed',
    ];
    expect(median(await Promise.all(lab.map(restOf)))).to.be.at.most(0.05);
    expect(median(await Promise.all(operator.map(restOf)))).to.be.at.most(0.1);
    // Five crashes of a real k3s on which nothing else ran.
    expect(median(await Promise.all(quiet.map(restOf)))).to.be.at.most(0.02);
  });
});
