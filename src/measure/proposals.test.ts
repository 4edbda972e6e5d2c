import { expect } from 'chai';
import { sampleRun } from '../report/sample-run.ts';
import { sampleVerdict } from '../report/sample-verdict.ts';
import type { ExplainResult } from './explain-result.ts';
import { type Lever, proposals } from './proposals.ts';

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
  return proposals({ ...run, stack }, sampleVerdict(), levers, explained);
};

describe('proposed changes', () => {
  it('are predicted by the sum of timers, with the lines, the risk and the records', async () => {
    const [first, ...others] = await found([retry, ttl, loopWait]);
    expect(others).to.deep.equal([]);
    expect(first).to.deep.include({ basis: 'predicted', program: 'pgbouncer', risk: 'more logins' });
    expect(first).to.include({ before: 'server_login_retry = 15', after: 'server_login_retry = 1' });
    expect(first!.savesMs).to.deep.equal({ low: 0, high: 14_000 });
    expect(first!.evidence).not.to.deep.equal([]);
  });

  it('never save more than what the phase was seen to cost', async () => {
    const run = await sampleRun();
    const verdict = sampleVerdict();
    const small = { ...verdict.measured.find(({ metric }) => metric === 'poolerPenaltyMs')!, upper: 900 };
    const others = verdict.measured.filter(({ metric }) => metric !== 'poolerPenaltyMs');
    const [first] = proposals(run, { ...verdict, measured: [...others, small] }, [retry]);
    expect(first!.savesMs).to.deep.equal({ low: 0, high: 900 });
    expect(proposals(run, { ...verdict, measured: [...others, { ...small, upper: 0 }] }, [retry])).to.deep.equal([]);
  });

  it('know the pooler’s part where the fault is not modelled', async () => {
    const run = await sampleRun();
    const faults = run.faults.map((line) => ({ ...line, fault: 'delete' }));
    const found = proposals({ ...run, faults }, sampleVerdict(), [retry, ttl]);
    expect(found.map(({ before }) => before)).to.deep.equal(['server_login_retry = 15']);
    expect(proposals({ ...run, faults: [] }, sampleVerdict(), [retry, ttl])).to.deep.equal([]);
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
    expect(three.map(({ before }) => before)).to.deep.equal([
      'ttl = 60',
      'haproxy_inter = 9000',
      'server_login_retry = 15',
    ]);
  });
});
