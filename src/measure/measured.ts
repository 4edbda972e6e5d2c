/** The few shapes that a measurement has. */
import { type MetricName, metrics } from './metrics.ts';
import type { Limit, Measured } from './verdict.ts';

export type Limits = Readonly<Record<string, Limit>>;

/** Evidence is cut to this many records, METRICS-wide: who needs more has the journal. */
const evidenceMax = 20;

interface Found {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly evidence?: Iterable<number>;
  readonly note?: string | undefined;
}

export function measured(metric: MetricName, { value, lower, upper, evidence = [], note }: Found): Measured {
  const records = [...new Set(evidence)].slice(0, evidenceMax);
  return { metric, unit: metrics[metric].unit, value, lower, upper, evidence: records, ...(note ? { note } : {}) };
}

/** A number that is known without doubt: a count. */
export const exactly = (metric: MetricName, value: number, evidence: Iterable<number> = [], note?: string): Measured =>
  measured(metric, { value, lower: value, upper: value, evidence, note });

/** What the journal holds no sufficient evidence for. */
export const unmeasurable = (metric: MetricName, why: string): Measured =>
  measured(metric, { value: null, lower: null, upper: null, note: `not measurable: ${why}` });

/** The first, the middle and the last of a list: enough to look at, however long it is. */
export function sampled(seqs: ArrayLike<number>): number[] {
  const n = seqs.length;
  return n === 0 ? [] : [...new Set([0, n >> 1, n - 1])].map((i) => seqs[i]!);
}

/** `500 × ECONNREFUSED, 1 × timeout`: how often each text came, of the three that came most, and the rest together. */
export function commonest(texts: readonly string[]): string {
  const counts = [...Map.groupBy(texts, (text) => text)].sort(([, a], [, b]) => b.length - a.length);
  const others = counts.slice(3).reduce((sum, [, all]) => sum + all.length, 0);
  const shown = counts.slice(0, 3).map(([text, all]) => `${all.length.toLocaleString('en-US')} × ${text}`);
  return [...shown, ...(others > 0 ? [`${others.toLocaleString('en-US')} × others`] : [])].join(', ');
}

/** µs → ms, the unit of limits. */
export const ms = (us: number): number => us / 1000;

/** `1 write`, `2 writes`, with the thousands set apart. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;

/** `45.2`; two decimals below one second. Without unit. */
export const inSeconds = (value: number): string =>
  (value / 1000).toFixed(Math.abs(value) < 1000 && value !== 0 ? 2 : 1);

/** As `inSeconds`, rounded up to a tenth: a limit above it is above the value. */
export const secondsAbove = (value: number): string => (Math.ceil(value / 100 - 1e-6) / 10).toFixed(1);

/** With a large first letter. */
export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** `a, b and c`. */
export const listed = (texts: readonly string[]): string =>
  [texts.slice(0, -1).join(', '), ...texts.slice(-1)].filter(Boolean).join(' and ');

/** `3, 4 and 2 more`: a few of many. */
export function few(texts: readonly string[], most = 3): string {
  const shown = texts.slice(0, most).join(', ');
  return texts.length > most ? `${shown} and ${texts.length - most} more` : shown;
}
