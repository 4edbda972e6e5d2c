import { expect } from 'chai';
import { randomFrom } from '../../random.ts';
import { renderStudy } from '../../report/study/study.ts';
import { combinations } from '../../scenario/cells.ts';
import { effectOf, interactionOf, type Levels, type StudyRun } from './effects.ts';
import { decide, foundBeyond, type Hypothesis } from './hypotheses.ts';

const factors = { pool_mode: ['transaction', 'session'], server_login_retry: ['1', '15'], fault: ['crash', 'delete'] };

/** A study of `blocks` blocks in which the pooler’s penalty is what `truth` says, with a bit of noise. */
function runsOf(truth: (levels: Levels, random: () => number) => number, blocks = 5): StudyRun[] {
  const random = randomFrom(9);
  return Array.from({ length: blocks }, (_, block) =>
    combinations(factors).map((levels) => ({
      ...{ block, levels, run: `${block}` },
      measured: { poolerPenaltyMs: truth(levels, random) + 100 * random() },
    })),
  ).flat();
}
/** What was seen by hand: the timer holds the pooler, in either mode. */
const held = ({ server_login_retry: retry }: Levels, random: () => number) => 1000 * Number(retry) * random();
const hypothesis = (factor: 'pool_mode' | 'server_login_retry'): Hypothesis => ({
  ...{
    says: `${factor} matters`,
    metric: 'poolerPenaltyMs',
    factor,
    from: factors[factor][0]!,
    to: factors[factor][1]!,
  },
  ...{ above: 1_000, expectedDeviation: 4_400 },
});

describe('a study', () => {
  it('confirms what is so, refutes what is not', () => {
    const runs = runsOf((levels, random) => (levels.server_login_retry === '15' ? 5_000 + held(levels, random) : 0));
    expect(decide(runs, hypothesis('server_login_retry')).sentence).to.match(
      /^confirmed: server_login_retry matters \(poolerPenaltyMs from server_login_retry 1 to 15: \+1\d\.\d s, 95 %: /,
    );
    expect(
      decide(
        runsOf(() => 0),
        hypothesis('pool_mode'),
      ).decision,
    ).to.equal('refuted');
  });

  it('decides for some levels what their own runs say', () => {
    const runs = runsOf(({ pool_mode: mode, server_login_retry: retry }, random) =>
      retry === '15' ? 15_000 * random() : mode === 'session' ? 3_000 : 0,
    );
    const only = { ...hypothesis('pool_mode'), within: { server_login_retry: '1' } };
    expect(decide(runs, hypothesis('pool_mode')).decision).to.equal('not decided');
    expect(decide(runs, only).sentence).to.match(/^confirmed: .+ 10 pairs/);
  });

  it('leaves open what its runs do not decide', () => {
    expect(decide(runsOf(held, 1), hypothesis('server_login_retry')).decision).to.equal('not decided');
    expect(decide([], hypothesis('pool_mode')).sentence).to.match(/no two runs can be compared/);
  });

  it('compares only runs of one block that differ in the one factor', () => {
    const drifting = runsOf(() => 0).map((run) => ({ ...run, measured: { poolerPenaltyMs: 60_000 * run.block } }));
    const effect = effectOf(drifting, {
      metric: 'poolerPenaltyMs',
      factor: 'pool_mode',
      from: 'transaction',
      to: 'session',
    });
    expect(effect).to.include({ shift: 0, pairs: 20 });
  });

  it('leaves out pairs in which one was not measurable', () => {
    const runs = runsOf(() => 0).map((run, i) => (i < 3 ? { ...run, measured: { poolerPenaltyMs: null } } : run));
    const effect = effectOf(runs, { metric: 'poolerPenaltyMs', factor: 'fault', from: 'crash', to: 'delete' });
    expect(effect!.pairs).to.equal(18);
  });

  it('sees that a timer does more in one mode than in the other', () => {
    const truth = ({ pool_mode: mode, server_login_retry: retry }: Levels) =>
      mode === 'session' && retry === '15' ? 9_000 : 0;
    const found = interactionOf(
      runsOf(truth),
      'poolerPenaltyMs',
      ['server_login_retry', '1', '15'],
      ['pool_mode', 'transaction', 'session'],
    )!;
    expect(found.shift).to.be.closeTo(9_000, 150);
    expect(found.lower).to.be.above(8_800);
  });

  it('states beforehand what it can find: the more pairs, the less is missed', () => {
    expect(foundBeyond(hypothesis('pool_mode'), 22)).to.be.within(2_500, 2_800);
    expect(foundBeyond(hypothesis('pool_mode'), 6)).to.be.above(foundBeyond(hypothesis('pool_mode'), 22));
  });

  it('finds nothing where nothing is in all but one of twenty studies', () => {
    const random = randomFrom(1);
    const decisions = Array.from({ length: 100 }, () => {
      const runs = runsOf(() => 8_000 * random());
      return decide(runs, { ...hypothesis('pool_mode'), above: 0 }).decision;
    });
    expect(decisions.filter((decision) => decision === 'confirmed').length).to.be.at.most(6);
  });

  it('is shown with every point of every cell', () => {
    const runs = runsOf(held);
    const text = renderStudy({
      ...{
        name: 'pool-mode-storm',
        asks: 'Which?',
        stack: 'lab',
        factors,
        metrics: ['poolerPenaltyMs'],
        runs,
        missing: 4,
      },
      decided: [decide(runs, hypothesis('pool_mode'))],
    });
    expect(text).to.include('40 runs of 44; what is missing is said nothing about');
    expect(text).to.match(/\| pool_mode session, server_login_retry 15, fault crash \| [\d.]+ s( · [\d.]+ s){4} \|/);
    expect(text).to.match(/\| server_login_retry 1 → 15 where pool_mode = session \| \+\d/);
    expect(text).to.match(/how much more pool_mode does at server_login_retry = 15 than at 1/);
  });
});
