import { expect } from 'chai';
import { readRunFile } from '../../journal/read.ts';
import { sampleRun } from '../../report/sample-run.ts';
import { sampleVerdict } from '../../report/sample-verdict.ts';
import { timers as cnpgTimers } from '../../stacks/cnpg/timers.ts';
import { timers as labTimers } from '../../stacks/lab/timers.ts';
import type { ExplainResult } from '../explain-result.ts';
import { judge } from '../judge.ts';
import type { Lever } from './proposal.ts';
import { changesFor } from './proposals.ts';

const lever = (program: string, name: string, recommended: string, unit = 's'): Lever => ({
  ...{ program, name, recommended, unit },
  line: `${name} = {}`,
  risk: 'more logins',
});
const retry = lever('pgbouncer', 'server_login_retry', '1');
const ttl = lever('patroni', 'ttl', '20');
const loopWait = lever('patroni', 'loop_wait', '5');
const explainedAs = (changes: Partial<ExplainResult['rows'][number]> = {}): ExplainResult => ({
  runs: 12,
  rows: [
    {
      ...{ name: 'server_login_retry', program: 'pgbouncer', unit: 's', base: 15, recommended: 1 },
      ...{ line: 'server_login_retry = {}', risk: 'more logins', runs: 3, effect: 'costs' },
      cost: { value: 9_000, lower: 4_000, upper: 13_000 },
      ...changes,
    },
  ],
});
const found = async (levers: readonly Lever[], explained?: ExplainResult, settings?: Record<string, string>) => {
  const run = await sampleRun();
  const stack = { ...run.stack!, settings: settings ?? run.stack!.settings };
  return changesFor({ ...run, stack }, sampleVerdict(), levers, explained).proposals;
};

describe('proposed changes', () => {
  it('are modelled by the sum of timers, with the lines, the risk and the records', async () => {
    const [first, ...others] = await found([retry, ttl, loopWait]);
    expect(others).to.deep.equal([]);
    expect(first).to.deep.include({ basis: 'modelled', program: 'pgbouncer', risk: 'more logins' });
    expect(first).to.deep.include({
      before: ['server_login_retry = 15'],
      after: ['server_login_retry = 1'],
      from: '15 s',
      to: '1 s',
    });
    expect(first!.savesMs).to.deep.equal({ low: 0, high: 14_000 });
    expect(first!.evidence).not.to.deep.equal([]);
  });

  it('never save more than what the phase was seen to cost', async () => {
    const run = await sampleRun();
    const verdict = sampleVerdict();
    const small = { ...verdict.measured.find(({ metric }) => metric === 'poolerPenaltyMs')!, upper: 900 };
    const others = verdict.measured.filter(({ metric }) => metric !== 'poolerPenaltyMs');
    const [first] = changesFor(run, { ...verdict, measured: [...others, small] }, [retry]).proposals;
    expect(first!.savesMs).to.deep.equal({ low: 0, high: 900 });
    const none = changesFor(run, { ...verdict, measured: [...others, { ...small, upper: 0 }] }, [retry]);
    expect(none.proposals).to.deep.equal([]);
  });

  it('know the pooler’s part where the fault is not modelled', async () => {
    const run = await sampleRun();
    const faults = run.faults.map((line) => ({ ...line, fault: 'delete' }));
    const found = changesFor({ ...run, faults }, sampleVerdict(), [retry, ttl]).proposals;
    expect(found.map(({ name }) => name)).to.deep.equal(['server_login_retry']);
    expect(changesFor({ ...run, faults: [] }, sampleVerdict(), [retry, ttl]).proposals).to.deep.equal([]);
  });

  it('are what explain measured, where it moved the timer at the value that it has here', async () => {
    const [first, ...others] = await found([retry], explainedAs());
    expect(others).to.deep.equal([]);
    expect(first).to.deep.include({ basis: 'measured', savesMs: { low: 4_000, high: 13_000 } });
    expect(await found([retry], explainedAs({ base: 30 }))).to.deep.equal([]);
  });

  it('do not contradict explain by the model: a timer without effect is not proposed', async () => {
    expect(await found([retry], explainedAs({ effect: 'nothing' }))).to.deep.equal([]);
  });

  it('are none where every timer has the recommended value or a quicker one', async () => {
    const settings = { 'patroni.ttl': '20 s', 'patroni.loop_wait': '5 s', 'pgbouncer.server_login_retry': '0 s' };
    expect(await found([retry, ttl, loopWait], undefined, settings)).to.deep.equal([]);
  });

  it('are three at most, the most useful first', async () => {
    const settings = { 'patroni.ttl': '60 s', 'patroni.loop_wait': '10 s', 'pgbouncer.server_login_retry': '15 s' };
    const inter = { 'haproxy.haproxy_inter': '9000 ms', 'haproxy.haproxy_rise': '2' };
    const levers = [retry, ttl, loopWait, lever('haproxy', 'haproxy_inter', '1000', 'ms')];
    const three = await found(levers, undefined, { ...settings, ...inter });
    expect(three.map(({ name }) => name)).to.deep.equal(['server_login_retry', 'ttl', 'haproxy_inter']);
  });

  it('go beyond the recommended value where that is in force, and take along what must move with it', async () => {
    const run = await readRunFile('fixtures/journals/pool-mode-storm-operator-not-held/run.ndjson.gz');
    const [first] = changesFor(run, judge(run), cnpgTimers).proposals;
    expect(first).to.deep.include({ name: 'lease_duration', from: '15 s', to: '7 s', basis: 'modelled' });
    expect(first!.after).to.deep.equal([
      'spec.primaryLease.leaseDurationSeconds: 7',
      'spec.primaryLease.renewDeadlineSeconds: 5',
      'spec.primaryLease.retryPeriodSeconds: 1',
    ]);
    expect(first!.savesMs).to.deep.equal({ low: 9_000, high: 9_000 });
  });

  it('include not waiting for a standby, by how long the run was seen to wait, and say what that risks', async () => {
    const run = await readRunFile('fixtures/journals/primary-delete-now-failed/run.ndjson.gz');
    const limits = { ...run.header.limits, writeOutageMs: { max: 40_000 } };
    const [first] = changesFor(run, judge(run, limits), cnpgTimers).proposals;
    expect(first).to.include({ name: 'dataDurability', from: 'required', to: 'preferred', basis: 'seen' });
    expect(first!.savesMs.high).to.be.closeTo(20_069, 1);
    expect(first!.risk).to.contain('on one instance only');
    const topology = { ...run.header.topology, durability: 'asynchronous' };
    const without = changesFor({ ...run, header: { ...run.header, topology } }, judge(run, limits), cnpgTimers);
    expect(without.proposals.map(({ name }) => name)).not.to.include('dataDurability');
    // A limit that is broken with or without the wait does not justify giving durability up.
    const beyond = { ...run.header.limits, writeOutageMs: { max: 10_000 } };
    const kept = changesFor(run, judge(run, beyond), cnpgTimers).proposals;
    expect(kept.map(({ name }) => name)).not.to.include('dataDurability');
  });

  it('include the timeout that the cause names where no model covers the fault', async () => {
    const run = await readRunFile('fixtures/journals/zone-cut-failed/run.ndjson.gz');
    const [first] = changesFor(run, judge(run), labTimers).proposals;
    expect(first).to.deep.include({
      name: 'ttl',
      from: '60 s',
      to: '20 s',
      basis: 'seen',
      savesMs: first!.savesMs,
    });
  });

  it('propose no shorter lease where the old primary released it: it did not expire', async () => {
    const named = async (journal: string) => {
      const run = await readRunFile(`fixtures/journals/${journal}/run.ndjson.gz`);
      return changesFor(run, judge(run), cnpgTimers).proposals.map(({ name }) => name);
    };
    expect(await named('k3s-primary-crash-1')).to.deep.equal(['lease_duration']);
    expect(await named('k3s-primary-crash-2')).to.deep.equal([]);
  });

  it('say beside themselves what shortens the largest part, where no setting does', async () => {
    const run = await readRunFile('fixtures/journals/k3s-node-isolated/run.ndjson.gz');
    const { proposals, otherwise } = changesFor(run, judge(run), cnpgTimers);
    expect(proposals.map(({ name }) => name)).to.deep.equal(['lease_duration']);
    expect(otherwise).to.match(
      /^No setting here shortens the largest part \([\d.]+ s\), which Kubernetes imposes\. Where you run the control plane, --node-monitor/,
    );
  });

  it('propose no quicker failover where none took place', async () => {
    for (const journal of ['link-flaps-passed', 'host-paused-passed', 'replica-crash-passed', 'lossy-primary-passed']) {
      const run = await readRunFile(`fixtures/journals/${journal}/run.ndjson.gz`);
      const stack = { ...run.stack!, settings: { ...run.stack!.settings, 'patroni.ttl': '30 s' } };
      const names = changesFor({ ...run, stack }, judge(run), labTimers).proposals.map(({ name }) => name);
      expect(names, journal).not.to.include('ttl');
    }
  });

  it('never end without what the outage depends on: a timeout at its least value, or the fault itself', async () => {
    const said = async (journal: string) => {
      const run = await readRunFile(`fixtures/journals/${journal}/run.ndjson.gz`);
      return changesFor(run, judge(run), labTimers);
    };
    expect(await said('primary-crash-passed')).to.deep.equal({
      proposals: [],
      otherwise:
        'No setting that pgdrill models shortens this: most of the outage is imposed by Patroni (ttl = 20 s). Patroni accepts no ttl below 20 s.',
    });
    expect((await said('pooler-loss-passed')).otherwise).to.contain('imposed by the fault itself');
    expect((await said('steady-passed')).otherwise).to.equal('Nothing: writes were never down.');
  });

  it('are what the fault advises where another limit broke and writes were never down', async () => {
    const run = await readRunFile('fixtures/journals/stale-standby-failed/run.ndjson.gz');
    const { proposals, otherwise } = changesFor(run, judge(run), []);
    expect(proposals).to.deep.equal([]);
    expect(otherwise).to.match(/^Send reads that must see the latest writes to the primary, or keep a standby/);
    const passed = await readRunFile('fixtures/journals/stale-standby-passed/run.ndjson.gz');
    expect(changesFor(passed, judge(passed), []).otherwise).to.equal('Nothing: writes were never down.');
  });
});
