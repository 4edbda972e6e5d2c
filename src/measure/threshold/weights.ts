/** The q-quantile of values with weights that add up to 1: values ascend; between two of them it is a straight line. */
export function quantileOfWeights(values: readonly number[], weights: readonly number[], q: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const before = sum;
    sum += weights[i]!;
    if (sum < q) continue;
    const step = i === 0 ? 0 : values[i]! - values[i - 1]!;
    return values[i]! - step * (weights[i]! > 0 ? (sum - q) / (sum - before) : 0);
  }
  return values.at(-1)!;
}
