/** Order statistics. */

/**
 * The q-quantile by the nearest-rank method: the smallest value that at least q of all are not above.
 * @returns NaN where there are no values
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = new Float64Array(values).sort();
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
}
