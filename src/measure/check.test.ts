import { expect } from 'chai';
import fc from 'fast-check';
import { check, worst } from './check.ts';
import { measured, unmeasurable } from './measured.ts';

const outcome = (lower: number | null, upper: number | null, limit: { max?: number; min?: number }) =>
  check(measured('writeOutageMs', { value: lower ?? upper ?? 0, lower, upper }), limit).outcome;

describe('a limit', () => {
  it('passes where the whole interval is within it, and fails where the whole interval is beyond it', () => {
    expect(outcome(20, 30, { max: 30 })).to.equal('pass');
    expect(outcome(31, 40, { max: 30 })).to.equal('fail');
    expect(outcome(20, 40, { max: 30 })).to.equal('unknown');
  });

  it('passes nothing that has no upper bound, but fails what is beyond it already', () => {
    expect(outcome(20, null, { max: 30 })).to.equal('unknown');
    expect(outcome(31, null, { max: 30 })).to.equal('fail');
  });

  it('may be a lower one', () => {
    expect(outcome(20, 30, { min: 20 })).to.equal('pass');
    expect(outcome(10, 19, { min: 20 })).to.equal('fail');
    expect(outcome(10, 30, { min: 20 })).to.equal('unknown');
    expect(outcome(null, 30, { min: 20 })).to.equal('unknown');
  });

  it('may have both ends', () => {
    expect(outcome(20, 30, { min: 10, max: 40 })).to.equal('pass');
    expect(outcome(20, 30, { min: 25, max: 29 })).to.equal('unknown');
    expect(outcome(20, 30, { min: 31, max: 40 })).to.equal('fail');
  });

  it('is unknown where nothing was measured', () => {
    expect(check(unmeasurable('writeOutageMs', 'no probes'), { max: 1 }).outcome).to.equal('unknown');
  });

  it('never passes and fails more if it is tighter', () => {
    const rank = { pass: 0, unknown: 1, fail: 2 };
    const number = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(number, number, number, number, (lower, width, max, tighter) => {
        const loose = outcome(lower, lower + width, { max: max + tighter });
        expect(rank[outcome(lower, lower + width, { max })]).to.be.at.least(rank[loose]);
      }),
    );
  });
});

describe('several outcomes', () => {
  it('come to the worst: fail before unknown before pass', () => {
    expect(worst(['pass', 'unknown', 'fail', 'pass'])).to.equal('fail');
    expect(worst(['pass', 'unknown'])).to.equal('unknown');
    expect(worst(['pass'])).to.equal('pass');
    expect(worst([])).to.equal('unknown');
  });
});
