import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { hodgesLehmann } from './hodges-lehmann.ts';

interface Case {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly shift: number;
  readonly lower: number;
  readonly upper: number;
}
const { cases } = JSON.parse(readFileSync('fixtures/statistics/hodges-lehmann.json', 'utf8')) as { cases: Case[] };

describe('the shift of Hodges and Lehmann', () => {
  for (const { a, b, shift, lower, upper } of cases)
    it(`has the interval that SciPy’s test does not reject, ${a.length} against ${b.length}`, () => {
      const found = hodgesLehmann(a, b, 0.95);
      expect(found.shift).to.be.closeTo(shift, 1e-9);
      expect(found.lower).to.be.closeTo(lower, 1e-9);
      expect(found.upper).to.be.closeTo(upper, 1e-9);
    });

  it('has the published interval of the permeability of the chorioamnion (Hollander & Wolfe, table 4.1)', () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const early = [1.15, 0.88, 0.9, 0.74, 1.21];
    const { shift, lower, upper } = hodgesLehmann(early, term, 0.95);
    expect([shift, lower!, upper!].map((value) => Number(value.toFixed(3)))).to.eql([0.305, -0.15, 0.76]);
  });

  it('has a bound at 95 % on either side from 3 against 3 on', () => {
    expect(hodgesLehmann([1, 2, 3], [4, 5, 6], 0.9)).to.eql({ shift: 3, lower: 1, upper: 5 });
    expect(hodgesLehmann([1, 2], [4, 5, 6], 0.9)).to.include({ lower: null, upper: null });
  });

  it('has no interval where the samples are too small for one', () => {
    expect(hodgesLehmann([1, 2, 3], [4, 5, 6], 0.95)).to.eql({ shift: 3, lower: null, upper: null });
  });

  it('moves with the samples', () => {
    const a = [1, 5, 2, 8, 3];
    const b = [4, 4, 9, 7, 6];
    const base = hodgesLehmann(a, b, 0.95);
    const moved = hodgesLehmann(
      a,
      b.map((value) => value + 10),
      0.95,
    );
    expect(moved).to.eql({ shift: base.shift + 10, lower: base.lower! + 10, upper: base.upper! + 10 });
  });

  it('goes over from exact to approximate without a jump', () => {
    const values = (n: number) => Array.from({ length: n }, (_, i) => (i * 37) % 101);
    const exact = hodgesLehmann(values(20), values(20), 0.95);
    const normal = hodgesLehmann(values(20), values(21), 0.95);
    expect(exact.lower).to.be.closeTo(normal.lower!, 4);
    expect(exact.upper).to.be.closeTo(normal.upper!, 4);
  });
});
