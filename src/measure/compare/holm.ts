/** Several tests at once. */

/**
 * Holm's step-down adjustment: with it, the chance of any false alarm among all the tests is at most the level, however
 * they depend on each other (Holm 1979).
 * @returns the adjusted p-values, in the order given
 */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, index) => index).sort((i, j) => p[i]! - p[j]!);
  const adjusted = new Array<number>(p.length).fill(1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, p[index]! * (p.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}
