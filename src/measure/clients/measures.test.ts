import { expect } from 'chai';
import { crash, crashStory } from '../../journal/stories.ts';
import { judge } from '../judge.ts';
import { measures } from '../measures.ts';
import type { MetricName } from '../metrics.ts';
import { ownLoad } from '../own-load.ts';
import { type ProgramStory, programStory } from './test-program.ts';

const taken = async (metric: MetricName, story: ProgramStory = {}) => {
  const run = await programStory(story);
  return measures
    .find((measure) => measure.metrics.includes(metric))!
    .take(run, {})
    .find((one) => one.metric === metric)!;
};
const isDown = (at: number): boolean => at >= crash.at && at < crash.routed;
const down = 'unknown: ECONNRESET';

describe('the measures of client programs', () => {
  it('find nobody stuck where every client came back with the direct path', async () => {
    expect(await taken('stuckClients')).to.deep.include({ value: 0, note: 'of 4 clients' });
    const { value, lower, upper } = await taken('clientRecoveryMs');
    expect(value).to.be.within(0, 1_200);
    expect(lower).to.be.at.most(value!);
    expect(upper).to.be.at.least(value!);
    const run = await programStory();
    expect(judge(run).outcome, judge(run).doubts.join()).to.equal('pass');
  });

  it('count a client that never comes back, and fail the run for it', async () => {
    const story: ProgramStory = {
      outcome: (worker, at) => (isDown(at) || (worker === 2 && at >= crash.at) ? down : 'ok'),
    };
    const stuck = await taken('stuckClients', story);
    expect(stuck).to.deep.include({ value: 1, note: 'of 4 clients: p 1' });
    expect(stuck.evidence).to.have.length(1);
    const recovery = await taken('clientRecoveryMs', story);
    expect(recovery.upper).to.equal(null);
    expect(recovery.value).to.be.within(28_000, 30_000);
    expect(recovery.note).to.equal('1 client never came back (p)');
    const verdict = judge(await programStory(story));
    expect(verdict.outcome).to.equal('fail');
    expect(verdict.checks.find(({ metric }) => metric === 'stuckClients')?.outcome).to.equal('fail');
  });

  it('count a client that came back and got stuck again', async () => {
    const outcome = (worker: number, at: number): string => (isDown(at) || (worker === 1 && at > 40) ? down : 'ok');
    expect((await taken('stuckClients', { outcome })).value).to.equal(1);
  });

  it('measure the return of the last client', async () => {
    const outcome = (worker: number, at: number): string =>
      isDown(at) || (worker === 3 && at >= crash.at && at < 45) ? down : 'ok';
    const { value } = await taken('clientRecoveryMs', { outcome });
    expect(value).to.be.within((45 - crash.routed) * 1000 - 200, (46 - crash.routed) * 1000 + 200);
    expect((await taken('stuckClients', { outcome })).value).to.equal(0);
  });

  it('count what failed, what is in doubt, what a standby refused, and errors of prepared statements', async () => {
    const outcome = (worker: number, at: number): string => {
      if (!isDown(at)) return 'ok';
      if (worker === 0) return 'failed: 25006 read-only transaction';
      return worker === 1 ? 'unknown: 26000 prepared statement … does not exist' : down;
    };
    expect(await taken('clientRequestsFailed', { outcome })).to.deep.include({ value: 11, note: 'p 11' });
    expect((await taken('clientRequestsUnknown', { outcome })).value).to.equal(33);
    expect((await taken('wrongServerWrites', { outcome })).value).to.equal(11);
    expect((await taken('preparedStatementErrors', { outcome })).value).to.equal(11);
  });

  it('count requests that a retry wrote twice, which fails the run', async () => {
    const story: ProgramStory = {
      twice: [
        [10_001, 3],
        [10_002, 4],
      ],
    };
    expect((await taken('retryDuplicates', story)).value).to.equal(2);
    expect(judge(await programStory(story)).outcome).to.equal('fail');
  });

  it('leave lost writes of a client program to the ledger, which fails the run', async () => {
    const run = await programStory({ lost: [[10_003, 50]] });
    const lost = judge(run).checks.find(({ metric }) => metric === 'undeclaredLosses')!;
    expect([lost.outcome, lost.value]).to.deep.equal(['fail', 1]);
  });

  it('leave the measures of the load’s own clients as they were', async () => {
    const stuck: ProgramStory = { outcome: (_worker, at) => (at >= crash.at ? down : 'ok') };
    const [beside, alone] = [await programStory(stuck), await crashStory().run()];
    for (const metric of ['failedRequests', 'clientGapP95Ms', 'degradedMs', 'retryFactor'] as const) {
      const measure = measures.find((one) => one.metrics.includes(metric))!;
      expect(measure.take(beside, {})[0]!.value, metric).to.equal(measure.take(alone, {})[0]!.value);
    }
    expect(ownLoad(beside).ops.n).to.equal(alone.ops.n);
    expect(ownLoad(alone)).to.equal(alone);
  });

  it('are not measurable where the direct path did not return, or nothing was broken', async () => {
    const story = { story: { direct: { down: [crash.at, 70] as [number, number] } } };
    expect((await taken('stuckClients', story)).note).to.match(/the direct path was not seen to return/);
  });
});
