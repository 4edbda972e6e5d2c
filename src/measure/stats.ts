/** Order statistics. */

/**
 * The q-quantile by the nearest-rank method: the smallest value that at least q of all are not above.
 * @returns NaN where there are no values
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  return quantileOfSorted(new Float64Array(values).sort(), q);
}

/** The same of values in ascending order. */
const quantileOfSorted = (sorted: ArrayLike<number>, q: number): number =>
  sorted.length === 0 ? Number.NaN : sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
