/** The standard normal distribution. */

/**
 * P(Z > z). Below 2 by the series of Φ (Abramowitz & Stegun 26.2.11), beyond by the continued fraction of the tail
 * (26.2.14); the relative error is below 1e−12.
 */
export function normalSurvival(z: number): number {
  if (z < 0) return 1 - normalSurvival(-z);
  return z < 2 ? 0.5 - density(z) * series(z) : density(z) * tail(z);
}

/** The z with P(Z > z) = p, for 0 < p < 1. */
export function normalQuantile(p: number): number {
  let low = -40;
  let high = 40;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (normalSurvival(middle) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

function series(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; term > sum * Number.EPSILON; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return sum;
}

function tail(z: number): number {
  let fraction = z;
  for (let k = 200; k > 0; k--) fraction = z + k / fraction;
  return 1 / fraction;
}
