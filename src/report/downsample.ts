/**
 * Many points onto few columns, so that extremes stay: a single slow request among ten million must still be seen.
 * Columns are equal parts of [fromUs, toUs]; what lies outside is left out.
 */

/** In columns: what lies on a border belongs to the right, regardless of rounding. */
const roundingError = 1e-6;

/** Which column a time falls into, or −1. */
export function columnOf(timeUs: number, fromUs: number, toUs: number, columns: number): number {
  if (!(timeUs >= fromUs && timeUs <= toUs)) return -1;
  const share = (timeUs - fromUs) / (toUs - fromUs);
  return Math.min(columns - 1, Math.floor(share * columns + roundingError));
}

/** The worst (greatest) state in each column; −1 where there is none. */
export function worstPerColumn(
  times: ArrayLike<number>,
  state: (i: number) => number,
  frame: { readonly fromUs: number; readonly toUs: number },
  columns: number,
): Int8Array {
  const worst = new Int8Array(columns).fill(-1);
  for (let i = 0; i < times.length; i++) {
    const column = columnOf(times[i]!, frame.fromUs, frame.toUs, columns);
    if (column < 0) continue;
    const value = state(i);
    if (value > worst[column]!) worst[column] = value;
  }
  return worst;
}

/** Equal neighbours: columns `[from, until)`. */
export interface Span {
  readonly from: number;
  until: number;
  readonly state: number;
}

/** Runs of equal neighbours with their state. Empty columns (−1) are left out. */
export function spansOf(states: ArrayLike<number>): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i < states.length; i++) {
    const state = states[i]!;
    const last = spans.at(-1);
    if (last && last.until === i && last.state === state) last.until = i + 1;
    else if (state >= 0) spans.push({ from: i, until: i + 1, state });
  }
  return spans;
}

export interface Band {
  readonly min: Float64Array;
  readonly mean: Float64Array;
  readonly max: Float64Array;
}

/** Least, mean and greatest of a series in each of `columns` equal parts; the same series where it is short enough. */
export function bandOf(series: ArrayLike<number>, columns: number): Band {
  const n = Math.min(columns, series.length);
  const min = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const max = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const sum = new Float64Array(n);
  const count = new Float64Array(n);
  for (let i = 0; i < series.length; i++) {
    const column = Math.floor((i * n) / series.length);
    const value = series[i]!;
    min[column] = Math.min(min[column]!, value);
    max[column] = Math.max(max[column]!, value);
    sum[column] = sum[column]! + value;
    count[column] = count[column]! + 1;
  }
  return { min, max, mean: sum.map((total, i) => total / count[i]!) };
}
