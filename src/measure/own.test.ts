import { expect } from 'chai';
import { readRunFile } from '../journal/read.ts';
import type { Run } from '../journal/run.ts';
import { gate } from './gate.ts';
import { judge } from './judge.ts';
import type { OwnMeasure, OwnMeasures, OwnResult } from './own.ts';

describe('a measure that the scenario brings', () => {
  let plain: Run;
  before(async () => {
    plain = await readRunFile('fixtures/journals/primary-crash-passed/run.ndjson.gz');
  });
  const own = (measure: (run: Run) => unknown, max = 10): OwnMeasures => ({
    slowWrites: { unit: 'count', means: 'slow writes', limit: { max }, measure: measure as OwnMeasure['measure'] },
  });
  const judged = (measures: OwnMeasures, run = plain) => judge(run, undefined, undefined, measures);
  const check = (measure: (run: Run) => unknown, max?: number) => judged(own(measure, max)).own![0]!;

  it('passes within its limit, fails beyond it, and decides the verdict and its sentence', () => {
    expect(judged(own(() => 10))).to.deep.include({ outcome: 'pass' });
    const failed = judged(own(() => 11));
    expect(failed.outcome).to.equal('fail');
    expect(failed.sentence).to.match(/^FAIL primary-crash: .*slowWrites: 11 \(limit 10\)/);
    expect(failed.own).to.deep.equal([
      {
        ...{ name: 'slowWrites', unit: 'count', means: 'slow writes', limit: { max: 10 } },
        ...{ value: 11, lower: 11, upper: 11, evidence: [], outcome: 'fail' },
      },
    ]);
  });

  it('is given the journal', () => {
    const slow = ({ ops }: Run) => ops.doneUs.reduce((n, done, i) => n + (done - ops.dueUs[i]! > 1e6 ? 1 : 0), 0);
    expect(check(slow, 1e6).value).to.be.within(1, plain.ops.n);
  });

  it('is unknown where the limit lies within its interval', () => {
    const interval: OwnResult = { value: 9, lower: 8, upper: 12, evidence: [3, 4], note: 'sampled' };
    expect(check(() => interval)).to.include({ outcome: 'unknown', note: 'sampled' });
    expect(check(() => ({ value: 9, upper: null })).outcome).to.equal('unknown');
  });

  const bad: readonly [string, (run: Run) => unknown, string][] = [
    [
      'throws',
      () => {
        throw new Error('no such stream');
      },
      'the measure failed: no such stream',
    ],
    [
      'throws what is not an error',
      () => {
        throw 'away';
      },
      'the measure failed: away',
    ],
    ['returns null', () => null, 'the journal does not show it'],
    ['returns nothing', () => undefined, 'should return a number'],
    ['returns true', () => true, 'should return a number'],
    ['returns a promise', async () => 1, 'should return a number'],
    ['returns NaN', () => Number.NaN, 'should return finite numbers'],
    ['returns a negative infinity', () => Number.NEGATIVE_INFINITY, 'should return finite numbers'],
    ['returns text', () => ({ value: '1' }), 'should return finite numbers'],
    ['returns an inverted interval', () => ({ value: 5, lower: 6, upper: 4 }), 'lower ≤ value ≤ upper'],
  ];
  for (const [what, measure, why] of bad)
    it(`is unknown, and never a pass, if it ${what}`, () => {
      const verdict = judged(own(measure));
      expect(verdict.outcome).to.equal('unknown');
      expect(verdict.own![0]!.note).to.contain(why);
      expect(verdict.sentence).to.contain('slowWrites');
    });

  it('is unknown where the journal names it and its file is gone', () => {
    const declared = { slowWrites: { unit: 'count', means: 'slow writes', limit: { max: 10 } } } as const;
    const run = { ...plain, header: { ...plain.header, own: declared } };
    const verdict = judge(run);
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.own![0]!.note).to.contain('the measure is in the file of primary-crash');
    expect(
      judged(
        own(() => 1),
        run,
      ).outcome,
    ).to.equal('pass');
  });

  it('must keep its limit in every run of a gate', () => {
    const [good, broken] = [judged(own(() => 1)), judged(own(() => 11))];
    expect(gate('s', [good, good, good], 3)).to.deep.include({ outcome: 'pass' });
    const gated = gate('s', [good, broken, good], 3);
    expect(gated.outcome).to.equal('fail');
    expect(gated.own![0]!.note).to.equal('fail in 1 of 3 runs');
    const { own: _, ...without } = good;
    expect(gate('s', [good, without, good], 3).outcome, 'one run lacks it').to.equal('unknown');
  });

  it('leaves a verdict without it as it was', () => {
    expect(judge(plain)).not.to.have.property('own');
  });
});
