/** The last line of a run: what happened, in one sentence a person can act on. */
import { inSeconds } from './measured.ts';
import type { MetricName } from './metrics.ts';
import type { Check, Measured, Verdict } from './verdict.ts';

type Judged = Omit<Verdict, 'sentence'>;

/**
 * Losses first, then how long writes were down and what the pooler added, then every other broken limit, then why
 * anything is unknown: `FAIL primary-crash: writes were down 45.2 s ± 0.1 (limit 30); PostgreSQL was back after 22.9,
 * PgBouncer added 22.3. Lost: 0 of 8,412.`
 * @param acknowledged how many writes were, where the ledger was read
 */
export function sentence(verdict: Judged, acknowledged?: number): string {
  const { outcome, scenario } = verdict;
  const parts = [lossesFirst(verdict), outagePart(verdict), restorePart(verdict), ...brokenParts(verdict)].filter(
    (part) => part !== '',
  );
  const sentences = [parts.join('; '), lossesLast(verdict, acknowledged), whyUnknown(verdict)].filter(
    (part) => part !== '',
  );
  return `${outcome.toUpperCase()} ${scenario}: ${sentences.map(ended).join(' ')}`;
}

const told: ReadonlySet<MetricName> = new Set(['writeOutageMs', 'lostWrites', 'undeclaredLosses']);

/** A duration with its uncertainty: `45.2 s ± 0.1`, `45.2 s (44.1 to 45.3)`, `at least 45.2 s`. */
export function duration({ value, lower, upper }: Measured): string {
  if (value === null || lower === null) return 'for an unknown time';
  if (upper === null) return `at least ${inSeconds(lower)} s`;
  const minus = value - lower;
  const plus = upper - value;
  const step = value < 1000 ? 10 : 100;
  if (Math.abs(minus - plus) > step) return `${inSeconds(value)} s (${inSeconds(lower)} to ${inSeconds(upper)})`;
  const around = Math.ceil(Math.max(minus, plus) / step) * step;
  return `${inSeconds(value)} s ± ${(around / 1000).toFixed(step === 10 ? 2 : 1)}`;
}

function outagePart(verdict: Judged): string {
  const outage = find(verdict, 'writeOutageMs');
  if (!outage || outage.value === null) return `how long writes were down is unknown${reason(outage)}`;
  const limit = limitOf(verdict, 'writeOutageMs');
  if (outage.upper === 0) return `writes were never down${limit}`;
  return `writes were down ${duration(outage)}${limit}${whoseFault(verdict, outage.value)}`;
}

/** The pooler's lateness is no part of the longest episode where it exceeds this beyond the rest of that episode. */
const anotherEpisodeMs = 2_000;

/** What of the outage was the server's, and what the pooler's. */
function whoseFault(verdict: Judged, outageMs: number): string {
  const direct = find(verdict, 'directOutageMs');
  const penalty = find(verdict, 'poolerPenaltyMs')?.value;
  if (!direct || direct.value === null || direct.upper === null || penalty === undefined || penalty === null) return '';
  const server =
    direct.value === 0 ? 'PostgreSQL was never down' : `PostgreSQL was back after ${inSeconds(direct.value)}`;
  if (penalty > Math.max(0, outageMs - direct.value) + anotherEpisodeMs)
    return `; ${server}, PgBouncer was down once more and back for good ${inSeconds(penalty)} s after PostgreSQL${whatItDid(verdict)}`;
  if (penalty >= 100) return `; ${server}, PgBouncer added ${inSeconds(penalty)}${whatItDid(verdict)}`;
  if (penalty <= -100) return `; ${server}, PgBouncer was back ${inSeconds(-penalty)} earlier`;
  return `; ${server}, PgBouncer added nothing`;
}

/** Whether what the pooler added was a storm or a hold, or neither. */
function whatItDid(verdict: Judged): string {
  const did = (metric: MetricName): boolean => (find(verdict, metric)?.value ?? 0) > 0;
  const words = [...(did('stormMs') ? ['a storm'] : []), ...(did('holdMs') ? ['a hold'] : [])];
  return words.length > 0 ? ` (${words.join(' and ')})` : '';
}

/** Of a run that restored something: how long it took, and that it held what it had to. What it lacked is a broken limit. */
function restorePart(verdict: Judged): string {
  const restore = find(verdict, 'restoreMs');
  if (!restore || restore.value === null) return '';
  const whole = (['pitrMissing', 'pitrExtra', 'restoredDamage'] as const).every((metric) => {
    const found = find(verdict, metric);
    return found?.value === 0 && found.upper === 0;
  });
  return `restored in ${duration(restore)}${whole ? ' with nothing missing, nothing extra and nothing damaged' : ''}`;
}

function lossesFirst(verdict: Judged): string {
  const lost = find(verdict, 'lostWrites');
  if (!lost?.value) return '';
  return `${lost.value.toLocaleString('en-US')} acknowledged ${lost.value === 1 ? 'write was' : 'writes were'} lost`;
}

function lossesLast(verdict: Judged, acknowledged: number | undefined): string {
  const lost = find(verdict, 'lostWrites');
  if (!lost || lost.value === null) return `Lost: unknown${reason(lost)}`;
  const of = acknowledged === undefined ? '' : ` of ${acknowledged.toLocaleString('en-US')}`;
  return `Lost: ${lost.value.toLocaleString('en-US')}${of}`;
}

const brokenParts = ({ checks }: Judged): string[] =>
  checks
    .filter(({ outcome, metric }) => outcome === 'fail' && !told.has(metric))
    .map((check) => `${check.metric} is ${amount(check)}${limitText(check)}`);

function whyUnknown({ outcome, doubts, checks }: Judged): string {
  if (outcome !== 'unknown') return '';
  const open = checks.find((check) => check.outcome === 'unknown');
  const why = doubts[0] ?? (open && `${open.metric} is ${amount(open)}${limitText(open)}${reason(open)}`);
  return why ? `Not a pass, because ${why}` : '';
}

function amount(found: Measured): string {
  if (found.value === null) return 'not known';
  if (found.unit === 'ms') return duration(found);
  const value = found.value.toLocaleString('en-US');
  return found.upper === null ? `${value} or more` : value;
}

const find = ({ measured }: Judged, metric: MetricName): Measured | undefined =>
  measured.find((found) => found.metric === metric);

const limitOf = ({ checks }: Judged, metric: MetricName): string => {
  const check = checks.find((one) => one.metric === metric);
  return check ? limitText(check) : '';
};

function limitText({ limit, unit }: Check): string {
  const number = (value: number): string => String(unit === 'ms' ? value / 1000 : value);
  if (limit.max !== undefined) return ` (limit ${number(limit.max)})`;
  return limit.min === undefined ? '' : ` (at least ${number(limit.min)})`;
}

const reason = (found: Measured | undefined): string =>
  found?.note ? `: ${found.note.replace(/^not measurable: /, '')}` : '';

const ended = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
