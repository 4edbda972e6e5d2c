import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { cumulativeU, mannWhitney, smallestP } from './mann-whitney.ts';

interface Case {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly u: number;
  readonly pExact: number | null;
  readonly pNormal: number | null;
}
const { cases } = JSON.parse(readFileSync('fixtures/statistics/mann-whitney.json', 'utf8')) as { cases: Case[] };

describe('the test of Mann and Whitney', () => {
  for (const { a, b, u, pExact, pNormal } of cases)
    it(`agrees with SciPy on ${a.length} against ${b.length}${new Set([...a, ...b]).size < a.length + b.length ? ' with ties' : ''}`, () => {
      const result = mannWhitney(a, b);
      expect(result.u).to.equal(u);
      if (result.method === 'exact' && pExact !== null) expect(result.p).to.be.closeTo(pExact, 1e-9);
      if (result.method === 'normal') expect(result.p).to.be.closeTo(pNormal!, 1e-9);
    });

  it('has both methods and both p-values among these cases', () => {
    expect(cases.filter((one) => one.pExact !== null).length).to.be.greaterThan(9);
    expect(cases.filter((one) => mannWhitney(one.a, one.b).method === 'normal').length).to.equal(4);
  });

  it('has the critical values of the published tables, two-sided at 0.05', () => {
    for (const [n, m, critical] of [
      [4, 4, 0],
      [5, 5, 2],
      [7, 9, 12],
      [8, 8, 13],
      [10, 10, 23],
      [15, 15, 64],
      [20, 20, 127],
    ] as const) {
      const cumulative = cumulativeU(n, m);
      expect(cumulative[critical], `${n} ${m}`).to.be.at.most(0.025);
      expect(cumulative[critical + 1], `${n} ${m}`).to.be.greaterThan(0.025);
    }
  });

  it('cannot reach 0.05 twice with 4 against 4, but six times with 5 against 5', () => {
    expect(smallestP(4, 4)).to.be.closeTo(2 / 70, 1e-12);
    expect(smallestP(4, 4) * 2).to.be.greaterThan(0.05);
    expect(smallestP(5, 5) * 6).to.be.lessThan(0.05);
  });

  it('says the same whichever sample comes first, and of any monotone change of scale', () => {
    const samples = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const { u, p } = mannWhitney(a, b);
        const swapped = mannWhitney(b, a);
        expect(swapped.p).to.be.closeTo(p, 1e-12);
        expect(swapped.u).to.equal(a.length * b.length - u);
        const stretched = mannWhitney(
          a.map((x) => x ** 3),
          b.map((x) => x ** 3),
        );
        expect(stretched).to.eql({ u, p, method: 'exact' });
      }),
    );
  });

  it('goes over from exact to approximate without a jump', () => {
    const a = Array.from({ length: 20 }, (_, i) => i * 1.01);
    const b = Array.from({ length: 20 }, (_, i) => i * 1.01 + 3.5);
    const exact = mannWhitney(a, b);
    const normal = mannWhitney(a, [...b, 13.9]);
    expect([exact.method, normal.method]).to.eql(['exact', 'normal']);
    expect(exact.p).to.be.closeTo(normal.p, 0.02);
  });

  it('refuses an empty sample', () => {
    expect(() => mannWhitney([], [1])).to.throw(RangeError);
  });
});
