import { expect } from 'chai';
import { exactBounds } from './exact-bounds.ts';

/** P(X ≤ k) of a binomial distribution, term by term: shares nothing with the beta function. */
function atMost(k: number, n: number, p: number): number {
  // As logarithms: the first terms are below the smallest number.
  let term = n * Math.log1p(-p);
  let sum = Math.exp(term);
  for (let i = 1; i <= k; i++) {
    term += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(term);
  }
  return sum;
}

describe('exact bounds of a share', () => {
  // Two-sided 95 % limits as printed in tables of the binomial distribution (Geigy Scientific Tables), to four decimals.
  for (const [k, n, lower, upper] of [
    [0, 5, 0, 0.5218],
    [0, 10, 0, 0.3085],
    [1, 10, 0.0025, 0.445],
    [5, 10, 0.1871, 0.8129],
    [10, 10, 0.6915, 1],
    [0, 20, 0, 0.1684],
    [0, 100, 0, 0.0362],
    [1, 100, 0.0003, 0.0545],
    [10, 100, 0.049, 0.1762],
    [50, 100, 0.3983, 0.6017],
  ] as const)
    it(`are ${lower} to ${upper} for ${k} of ${n}`, () => {
      const bounds = exactBounds(k, n);
      expect(bounds.lower).to.be.closeTo(lower, 5.1e-5);
      expect(bounds.upper).to.be.closeTo(upper, 5.1e-5);
    });

  it('leave 2.5 % on either side of the binomial distribution, for every k of several n', () => {
    for (const n of [1, 2, 3, 7, 20, 61, 200])
      for (let k = 0; k <= n; k++) {
        const { lower, upper } = exactBounds(k, n);
        if (k > 0) expect(1 - atMost(k - 1, n, lower), `lower of ${k} of ${n}`).to.be.closeTo(0.025, 1e-8);
        if (k < n) expect(atMost(k, n, upper), `upper of ${k} of ${n}`).to.be.closeTo(0.025, 1e-8);
      }
  });

  it('hold for writes by the million: 0 of n is the closed form, and k of n the Poisson limits', () => {
    expect(exactBounds(0, 10_000_000).upper / (1 - 0.025 ** 1e-7)).to.be.closeTo(1, 1e-6);
    // 3 events: 0.6187 to 8.7673 (Garwood's table of Poisson limits).
    const { lower, upper } = exactBounds(3, 10_000_000);
    expect(lower * 1e7).to.be.closeTo(0.6187, 1e-3);
    expect(upper * 1e7).to.be.closeTo(8.7673, 1e-3);
  });

  it('are wider at a higher confidence', () => {
    const [usual, high] = [exactBounds(2, 9), exactBounds(2, 9, 0.99)];
    expect(high.lower).to.be.below(usual.lower);
    expect(high.upper).to.be.above(usual.upper);
  });
});
