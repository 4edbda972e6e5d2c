import { expect } from 'chai';
import { gate } from './gate.ts';
import { type MetricName, metrics } from './metrics.ts';
import type { Check, Limit, Result, Verdict } from './verdict.ts';

const checkOf = (metric: MetricName, value: number | null, limit: Limit, outcome: Result, spread = 100): Check => {
  const bounds = { lower: value === null ? null : value - spread, upper: value === null ? null : value + spread };
  return { metric, unit: metrics[metric].unit, value, ...bounds, evidence: [1], limit, outcome };
};
const outage = (value: number | null): Check =>
  checkOf('writeOutageMs', value, { max: 30_000 }, value === null ? 'unknown' : value < 30_000 ? 'pass' : 'fail');
const losses = (value: number): Check => checkOf('undeclaredLosses', value, { max: 0 }, value > 0 ? 'fail' : 'pass', 0);

const run = (outageMs: number | null, lost = 0, doubts: readonly string[] = []): Verdict => ({
  format: 1,
  ...{ run: 'r', scenario: 's', stack: 'lab', sentence: '', measured: [], episodes: [], phases: [] },
  checks: [outage(outageMs), losses(lost)],
  outcome: doubts.length > 0 ? 'unknown' : 'pass',
  doubts,
});
const outcomeOf = (...runs: Verdict[]): Result => gate('s', runs, 3).outcome;

describe('the gate', () => {
  it('holds a limit against the median: neither one unlucky run nor one lucky run decides', () => {
    expect(outcomeOf(run(20_000), run(45_000), run(21_000))).to.equal('pass');
    expect(outcomeOf(run(45_000), run(20_000), run(46_000))).to.equal('fail');
    const [check] = gate('s', [run(20_000), run(45_000), run(21_000)], 3).checks;
    expect(check).to.include({ value: 21_000, lower: 20_900, upper: 21_100, note: 'median of 3 runs' });
    expect(check!.values).to.deep.equal([20_000, 45_000, 21_000]);
  });

  it('fails on one loss, whatever the other runs say', () => {
    const gated = gate('s', [run(20_000), run(20_000, 1), run(20_000)], 3);
    expect(gated.outcome).to.equal('fail');
    expect(gated.checks.find(({ metric }) => metric === 'undeclaredLosses')?.note).to.equal('fail in 1 of 3 runs');
  });

  it('lets a run that cannot be believed be anything: two good ones suffice, one does not', () => {
    const doubtful = run(5, 0, ['the generator stood still']);
    expect(outcomeOf(run(20_000), doubtful, run(21_000))).to.equal('pass');
    expect(outcomeOf(run(20_000), doubtful, run(45_000))).to.equal('unknown');
    expect(outcomeOf(run(45_000), doubtful, run(46_000))).to.equal('fail');
    expect(outcomeOf(run(20_000), run(null), run(null))).to.equal('unknown');
  });

  it('is unknown where the limit lies within the uncertainty of the median', () => {
    expect(outcomeOf(run(20_000), run(29_950), run(45_000))).to.equal('unknown');
  });

  it('never passes a plan that was not carried out, and still sees a loss in what was', () => {
    expect(outcomeOf(run(20_000), run(20_000))).to.equal('unknown');
    expect(gate('s', [run(20_000), run(20_000)], 3).doubts).to.deep.equal([
      '1 of the 3 runs that were planned did not take place',
    ]);
    expect(outcomeOf(run(20_000, 2))).to.equal('fail');
    expect(outcomeOf()).to.equal('unknown');
  });
});
