/** Exact bounds of a share: Clopper and Pearson, "The use of confidence or fiducial limits", Biometrika 26(4), 1934. */

export interface ShareBounds {
  readonly lower: number;
  readonly upper: number;
}

/** log Γ(x) for x > 0: Lanczos's approximation with g = 7 and nine terms (relative error about 1e−15). */
function logGamma(x: number): number {
  const terms = [
    ...[676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059],
    ...[12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7],
  ];
  const sum = terms.reduce((total, term, i) => total + term / (x + i), 0.99999999999980993);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

const [smallest, precise, mostSteps] = [1e-300, 1e-14, 100_000];

/** The continued fraction of the incomplete beta function, by Lentz's method (DLMF 8.17.22). */
function fraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < smallest ? smallest : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let product = d;
  for (let m = 1; m <= mostSteps; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      step = d * c;
      product *= step;
    }
    if (Math.abs(step - 1) < precise) break;
  }
  return product;
}

/** The regularised incomplete beta function: the share of a Beta(a, b) distribution below x. */
function betaBelow(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges quickly below the mean; above it, the function of the other side does.
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

/** The point below which `share` of a Beta(a, b) distribution lies, by halving. */
function betaQuantile(share: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  // Relative precision: shares of lost writes are small.
  while (high - low > 1e-12 * high && high > Number.MIN_VALUE) {
    const middle = (low + high) / 2;
    if (betaBelow(middle, a, b) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The shares that k of n agree with at a confidence: at least that, whatever the true share is.
 * @param k events, a whole number of 0 … n
 * @param n trials, at least 1
 */
export function exactBounds(k: number, n: number, confidence = 0.95): ShareBounds {
  const tail = (1 - confidence) / 2;
  return {
    lower: k === 0 ? 0 : betaQuantile(tail, k, n - k + 1),
    upper: k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k),
  };
}
