/** Figures as a reader sees them: every measured number with its unit and its ±, no more digits than it has. */
import { type MetricName, metrics, titleOf, type Unit } from '../measure/metrics.ts';
import type { Check, Limit, Measured, Verdict } from '../measure/verdict.ts';

/** A figure in parts, so that a page can set the unit thinner than the number. */
export interface Figure {
  /** `45.2`, `≥ 45.2`, `unknown`. */
  readonly value: string;
  /** `s`, or empty. */
  readonly unit: string;
  /** `± 0.1`, `(44.8 to 45.3)`, or empty where the number is exact. */
  readonly spread: string;
}

interface Scale {
  readonly divisor: number;
  readonly unit: string;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

function scaleFor(size: number, unit: Unit): Scale {
  if (unit === 'ms') return size >= 1000 ? { divisor: 1000, unit: 's' } : { divisor: 1, unit: 'ms' };
  if (unit === 'bytes') {
    const step = size < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(size) / 3));
    return { divisor: 1000 ** step, unit: byteUnits[step]! };
  }
  return { divisor: 1, unit: { s: 's', perSecond: '/s', count: '', ratio: '' }[unit] };
}

/** A number with a thin grouping of thousands and a true minus sign: `−8,412.5`. */
export function grouped(value: number, decimals = 0): string {
  const fixed = Math.abs(value).toFixed(decimals);
  const [whole = '0', part] = fixed.split('.');
  const sign = value < 0 && Number(fixed) !== 0 ? '−' : '';
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${part === undefined ? '' : `.${part}`}`;
}

/** As many decimals as the uncertainty leaves meaning to: its first significant digit, at most two. */
const decimalsFor = (spread: number, scaled: number): number => {
  if (spread > 0) return Math.min(2, Math.max(0, -Math.floor(Math.log10(spread))));
  return Number.isInteger(scaled) ? 0 : 1;
};
/** Rounded up, so that an uncertainty is never shown smaller than it is. */
const roundedUp = (value: number, decimals: number): string => {
  const factor = 10 ** decimals;
  return grouped(Math.ceil(value * factor - 1e-9) / factor, decimals);
};

/** `± 0.1`; the range where the sides differ by more than the last digit; nothing where the number is exact. */
function spreadText(value: number, plus: number, minus: number, decimals: number): string {
  if (plus === 0 && minus === 0) return '';
  const step = 10 ** -decimals;
  if (Math.abs(plus - minus) <= 2 * step) return `± ${roundedUp(Math.max(plus, minus), decimals)}`;
  const factor = 10 ** decimals;
  const least = Math.floor((value - minus) * factor + 1e-9) / factor;
  return `(${grouped(least, decimals)} to ${roundedUp(value + plus, decimals)})`;
}

/** `± 0.1`, or the range where the sides differ by more than that. ms. */
function spreadOfSeconds(lower: number, value: number, upper: number): string {
  const [minus, plus] = [value - lower, upper - value];
  if (minus <= 0 && plus <= 0) return '';
  if (Math.abs(minus - plus) > 100) return `(${grouped(lower / 1000, 1)} to ${grouped(upper / 1000, 1)})`;
  return `± ${roundedUp(Math.max(minus, plus) / 1000, 1)}`;
}

/** A plain quantity without uncertainty: `amount(45_200, 'ms')` is `45.2 s`; nothing needs no unit. */
export function amount(value: number, unit: Unit): string {
  if (value === 0) return '0';
  const scale = scaleFor(Math.abs(value), unit);
  const scaled = value / scale.divisor;
  const whole = unit === 'count' || Number.isInteger(scaled) || Math.abs(scaled) >= 1000;
  const text = grouped(scaled, whole ? 0 : 1);
  return scale.unit ? `${text} ${scale.unit}` : text;
}

/** A measured number with its ±; `unknown` where nothing bounds it, `≥ 3.2` where only one side is known. */
export function figure(measured: Pick<Measured, 'unit' | 'value' | 'lower' | 'upper'>): Figure {
  const { value, lower, upper, unit } = measured;
  // A value that nothing bounds may be anything: to show it as a bound would claim one.
  const best = lower === null && upper === null ? null : (value ?? lower ?? upper);
  if (best === null) return { value: 'unknown', unit: '', spread: '' };
  const scale = scaleFor(Math.max(Math.abs(best), Math.abs(upper ?? 0)), unit);
  const scaled = best / scale.divisor;
  if (value === null || upper === null || lower === null) {
    // At least nothing bounds nothing: what was looked at showed none, and the rest was not looked at.
    if (upper === null && (lower ?? 0) <= 0)
      return { value: value === 0 ? 'none seen' : 'unknown', unit: '', spread: '' };
    const sign = upper === null ? '≥ ' : '≤ ';
    const bound = (upper ?? lower ?? best) / scale.divisor;
    return { value: `${sign}${grouped(bound, decimalsFor(0, bound))}`, unit: scale.unit, spread: '' };
  }
  const minus = Math.max(0, (value - lower) / scale.divisor);
  const plus = Math.max(0, (upper - value) / scale.divisor);
  // Seconds as in the sentence of the verdict.
  if (scale.unit === 's' && unit === 'ms')
    return { value: grouped(scaled, 1), unit: 's', spread: spreadOfSeconds(lower, value, upper) };
  const decimals = decimalsFor(Math.max(minus, plus), scaled);
  const spread = spreadText(scaled, plus, minus, decimals);
  // Nothing at all needs no unit.
  if (value === 0 && spread === '') return { value: '0', unit: '', spread };
  return { value: grouped(scaled, decimals), unit: scale.unit, spread };
}

/** Whether anything bounds it: a value that may be anything is not known. */
export const isKnown = ({ lower, upper }: Pick<Measured, 'lower' | 'upper'>): boolean =>
  lower !== null || upper !== null;

/**
 * What the pooler added as a part of the outage: no part is less than nothing. The metric itself is a signed difference,
 * which comparisons need; where PgBouncer was back first, it added nothing.
 */
export function asPart<M extends Measured>(found: M): M {
  const { metric, value, lower, upper } = found;
  if (metric !== 'poolerPenaltyMs' || value === null || (value >= 0 && (lower ?? 0) >= 0)) return found;
  if (upper !== null && upper <= 0) return { ...found, value: 0, lower: 0, upper: 0 };
  if (upper !== null && value <= 0) return { ...found, value: null, lower: null };
  return { ...found, value: Math.max(0, value), lower: lower === null ? null : Math.max(0, lower) };
}

/** The same in one line: `45.2 s ± 0.1`. */
export function figureText(measured: Pick<Measured, 'unit' | 'value' | 'lower' | 'upper'>): string {
  const { value, unit, spread } = figure(measured);
  return [value, unit, spread].filter(Boolean).join(' ');
}

/** `≤ 30 s`, `≥ 5`, or both. */
export function limitText(limit: Limit, unit: Unit): string {
  const parts = [
    limit.min === undefined ? '' : `≥ ${amount(limit.min, unit)}`,
    limit.max === undefined ? '' : `≤ ${amount(limit.max, unit)}`,
  ];
  return parts.filter(Boolean).join(' and ') || 'none';
}

/**
 * How far the measured value is from the limit, in the metric's unit; negative: beyond it. Null where its end towards the
 * limit is not known.
 */
function marginOf({ value, lower, upper }: Bounded, limit: Limit): number | null {
  const margins: (number | null)[] = [];
  if (limit.max !== undefined) margins.push(upper === null || value === null ? null : limit.max - value);
  if (limit.min !== undefined) margins.push(lower === null || value === null ? null : value - limit.min);
  return margins.reduce<number | null>(
    (a, b) => (a === null || b === null ? null : Math.min(a, b)),
    margins[0] ?? null,
  );
}

type Bounded = Pick<Measured, 'value' | 'lower' | 'upper'>;

/** Whether the limit lies within the uncertainty: no margin can be named. */
const isWithin = ({ lower, upper }: Bounded, { max, min }: Limit): boolean =>
  lower !== null &&
  upper !== null &&
  [max, min].some((one) => one !== undefined && one >= lower && one <= upper && lower < upper);

/** `17.3 s to spare`, `15.2 s beyond`, `short by 15.2 s` of a minimum, `none` of what must not happen, `margin unknown`. */
export function marginText(measured: Bounded & Pick<Measured, 'unit'>, limit: Limit): string {
  const margin = marginOf(measured, limit);
  const least = measured.upper === null ? (measured.lower ?? 0) - (limit.max ?? Number.POSITIVE_INFINITY) : 0;
  if (least > 0) return `at least ${amount(least, measured.unit)} beyond`;
  if (margin === null) return 'margin unknown';
  if (isWithin(measured, limit)) return 'within the uncertainty';
  if (margin === 0) return limit.max === 0 ? 'none' : 'at the limit';
  const text = besideLimit(Math.abs(margin), measured.unit, limit);
  if (margin > 0) return `${text} to spare`;
  return isShort(measured, limit) ? `short by ${text}` : `${text} beyond`;
}

/** Below the least that a limit asks for. */
const isShort = ({ value }: Bounded, { min }: Limit): boolean => min !== undefined && value !== null && value < min;

/** In the unit of its limit: `0.97 s` beside 12 s, not `968.3 ms`. */
const besideLimit = (margin: number, unit: Unit, { max, min }: Limit): string =>
  unit === 'ms' && (max ?? min ?? 0) >= 1000 && margin < 1000 ? `${grouped(margin / 1000, 2)} s` : amount(margin, unit);

/** Whether one occurrence is a failure, whatever other runs say. */
export const isSafety = (metric: MetricName): boolean => 'safety' in metrics[metric];

/** µs as seconds with a unit: `12.345 s`. */
export const seconds = (us: number, decimals = 1): string => `${grouped(us / 1e6, decimals)} s`;

const rank = { fail: 0, unknown: 1, pass: 2 } as const;
/** A limit as reports list it: on a metric, or on a measure that the scenario brings. */
export interface Listed extends Omit<Check, 'metric'> {
  readonly name: string;
  readonly title: string;
  readonly means: string;
  readonly safety: boolean;
  /** The scenario brings the measure. */
  readonly own: boolean;
  /** With several runs: each run's value. */
  readonly values?: readonly (number | null)[];
}

/** Zeros that read like a contradiction of what else is said, unless they say what they rest on. */
const explained: ReadonlySet<string> = new Set(['failedRequests', 'archiveHoles']);

/** What is said beside a limit: why it was not kept, or how a zero goes with an outage; empty where nothing is. */
export const noteShown = ({ outcome, name, value, note = '' }: Listed): string =>
  outcome !== 'pass' || (value === 0 && explained.has(name)) ? note : '';

/** The doubts that no broken limit says already: an error of the drill is a finding where it has a limit. */
export const doubtsShown = ({ doubts, checks }: Pick<Verdict, 'doubts' | 'checks'>): string[] =>
  doubts.filter((doubt) => !checks.some(({ outcome, note }) => outcome === 'fail' && note && doubt.endsWith(note)));

/** All limits for a reader: broken ones first, and among equals safety. */
export function listed({ checks, own = [] }: Pick<Verdict, 'checks' | 'own'>): Listed[] {
  const ofMetrics = checks.map(
    ({ metric, ...check }): Listed => ({
      ...check,
      ...{ name: metric, title: titleOf(metric), means: metrics[metric].means, safety: isSafety(metric), own: false },
    }),
  );
  const brought = own.map((one): Listed => ({ ...one, title: one.name, safety: false, own: true }));
  return [...ofMetrics, ...brought].sort(byOutcomeThenSafety);
}

const byOutcomeThenSafety = (a: Listed, b: Listed): number =>
  rank[a.outcome] - rank[b.outcome] || Number(b.safety) - Number(a.safety);
