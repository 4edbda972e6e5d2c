/** The headline of a run: what happened, in one sentence a person can act on. */
import type { CutOff } from './availability/share.ts';
import { alsoElsewhere, aroundIt, forWhom, outagesOf, servedWithin, several } from './for-whom.ts';
import { counted, inSeconds, listed } from './measured.ts';
import { type MetricName, titleOf } from './metrics.ts';
import type { Check, Episode, Measured, Verdict } from './verdict.ts';
import { whoseFault } from './whose-share.ts';

type Judged = Omit<Verdict, 'sentence'>;
/** What a measurement is without its name. */
type Numbers = Pick<Measured, 'unit' | 'value' | 'lower' | 'upper'>;

/** No run may show one of these unless its scenario allows it. */
const builtInSafety: ReadonlySet<MetricName> = new Set([
  'undeclaredLosses',
  'resurrectedWrites',
  'duplicatedWrites',
  'foreignWrites',
  'splitBrainMs',
]);

/**
 * What endangers data first, then how long writes were down and what the pooler added, then every other broken limit (before
 * the outage, where that is within its own limit), then why anything is unknown: `FAIL primary-crash: writes were down 45.2 s ± 0.1 (limit 30 s); PostgreSQL itself was back
 * after 22.9 s, PgBouncer added 22.3 s. No acknowledged write was lost (8,412 checked).`
 * @param acknowledged how many writes were, where the ledger was read
 */
export function sentence(verdict: Judged, acknowledged?: number, clients: Clients = {}): string {
  const { outcome, scenario } = verdict;
  const course = [outagePart(verdict, clients), restorePart(verdict)];
  const broken = brokenParts(verdict);
  // A run fails for what broke a limit: an outage within its own is not the headline, unless nothing else broke and it never ended unaided.
  const { cause } = verdict;
  const isOpen = cause?.endedByDrillMs !== undefined && !cause.held && broken.length === 0;
  const isHeadline = isBroken(verdict, 'writeOutageMs') || isOpen;
  const seen = [...course, ...alsoDown(verdict)];
  const body = isHeadline ? [...seen, ...broken] : [...broken, ...seen];
  const parts = [...dangers(verdict, acknowledged), ...body].filter((part) => part !== '');
  const sentences = [
    parts.join('; '),
    losses(verdict, acknowledged),
    raised(verdict),
    neverInjected(verdict, clients),
    whyUnknown(verdict),
  ].filter((part) => part !== '');
  return `${outcome.toUpperCase()} ${scenario}: ${sentences.map(ended).join(' ')}`;
}

/** What the run was for those that used it. */
interface Clients {
  /** Where one pooler was gone and another served. */
  readonly cutOff?: CutOff | undefined;
  /** What part of the writes was acknowledged while it was slow, in words. */
  readonly whileSlow?: string | undefined;
  /** They know another pooler, and go there. */
  readonly knowOthers?: boolean;
  /** The longest time within the outage in which no client had a write acknowledged through a pooler, ms. */
  readonly longestWaitMs?: number | undefined;
  /** PostgreSQL refused log-ins because the drill's own probes had used its connections up. */
  readonly refusedByProbes?: boolean;
  /** The streams of writes through a pooler. */
  readonly poolers?: readonly string[];
  /** Faults that the scenario needs and that never took effect: the run answers another question. */
  readonly lacking?: readonly string[];
  /** When the first fault came, µs: an outage that was over by then is not its own. */
  readonly faultUs?: number | undefined;
}

/** What the parts above say of a metric need not be said again where its limit is broken. */
const mentioned: ReadonlySet<MetricName> = new Set([
  ...(['writeOutageMs', 'lostWrites', 'undeclaredLosses', 'splitBrainMs', 'exposedWrites'] as const),
  'forbiddenPromotions',
]);

/** A duration with its uncertainty: `45.2 s ± 0.1`, `45.2 s (44.1 to 45.3)`, `at least 45.2 s`. */
export function duration({ value, lower, upper }: Numbers): string {
  if (value === null || lower === null) return 'for an unknown time';
  if (upper === null) return `at least ${inSeconds(lower)} s`;
  const minus = value - lower;
  const plus = upper - value;
  if (minus === 0 && plus === 0) return `${inSeconds(value)} s`;
  const step = value < 1000 ? 10 : 100;
  if (Math.abs(minus - plus) > step) return `${inSeconds(value)} s (${inSeconds(lower)} to ${inSeconds(upper)})`;
  const around = Math.ceil(Math.max(minus, plus) / step) * step;
  return `${inSeconds(value)} s ± ${(around / 1000).toFixed(step === 10 ? 2 : 1)}`;
}

/** Each of these stands in front whatever the limits say, as soon as it is not zero. */
function dangers(verdict: Judged, acknowledged: number | undefined): string[] {
  const [lost, split, unsafe, exposed] = (
    ['lostWrites', 'splitBrainMs', 'forbiddenPromotions', 'exposedWrites'] as const
  ).map((metric) => find(verdict, metric));
  const were = (found: Measured): string => (found.value === 1 ? 'was' : 'were');
  return [
    lost?.value ? `${lostOf(lost.value, acknowledged)} ${were(lost)} lost${allowed(verdict)}` : '',
    split?.value ? `two primaries acknowledged writes at once for ${duration(split)}` : '',
    unsafe?.value
      ? `${counted(unsafe.value, 'standby', 'standbys')} ${were(unsafe)} promoted that may have lacked acknowledged writes`
      : '',
    exposed?.value
      ? `${counted(exposed.value, 'write')} ${were(exposed)} acknowledged while no standby had ${exposed.value === 1 ? 'it' : 'them'}`
      : '',
  ];
}

/** `131 of 385 acknowledged writes`. */
const lostOf = (lost: number, acknowledged: number | undefined): string =>
  acknowledged === undefined
    ? counted(lost, 'acknowledged write')
    : `${lost.toLocaleString('en-US')} of ${counted(acknowledged, 'acknowledged write')}`;

/** Writes were lost, and the limit on those beyond what the topology declares was kept. */
function allowed(verdict: Judged): string {
  const beyond = find(verdict, 'undeclaredLosses');
  return beyond?.value === 0 && beyond.upper === 0 ? ', which the declared durability allows' : '';
}

function outagePart(verdict: Judged, clients: Clients): string {
  const { cutOff, whileSlow, knowOthers } = clients;
  const outage = find(verdict, 'writeOutageMs');
  if (!outage || outage.value === null) return `how long writes were down is unknown${reason(outage)}`;
  const limit = limitOf(verdict, 'writeOutageMs');
  const slow = find(verdict, 'slowMs');
  if (outage.upper === 0)
    return slow?.value
      ? `writes were slow for ${inSeconds(slow.value)} s and never down${limit}${whileSlow ? `; meanwhile ${whileSlow}` : ''}`
      : `writes were never down${limit}`;
  const outages = outagesOf(verdict.episodes, outage, clients);
  const served = outages ? servedWithin(outages, verdict.episodes, clients.poolers ?? []) : '';
  const endedMs = verdict.cause?.endedByDrillMs;
  const wait = knowOthers ? find(verdict, 'clientGapP95Ms')?.value : undefined;
  const whom = (down: string): string => (wait ? aroundIt(cutOff, down, wait) : forWhom(cutOff, down));
  if (endedMs !== undefined && outage.upper === null)
    return verdict.cause?.held
      ? heldBack(endedMs, outage.value, limit)
      : `writes ${whom(`never recovered on their own${limit}`)}${endedByDrill(endedMs, outage.value)}${served}`;
  const slowToo = slow?.value ? `, and slow for another ${inSeconds(slow.value)} s` : '';
  const through = cutOff && cutOff.serving.length > 0 ? '' : gotThrough(outage.value, clients.longestWaitMs);
  const down = `were down ${isTotal(verdict, outage) ? `${inSeconds(outage.value)} s in one outage` : joined(duration(outage), limit)}${outages ? several(outages) : ''}${slowToo}${through}${endOf(outage, outages?.longest)}`;
  return `writes ${whom(down)}${whoseFault(verdict)}${outages ? alsoElsewhere(outages) : ''}${through ? '' : served}${refused(verdict, clients)}`;
}

/** The total, which broke its limit and stands before, is this one outage. */
const isTotal = (verdict: Judged, outage: Measured): boolean =>
  isBroken(verdict, 'writeDowntimeMs') &&
  !isBroken(verdict, 'writeOutageMs') &&
  duration(find(verdict, 'writeDowntimeMs')!) === duration(outage);

/** Of a lower bound: what came before its end was seen. */
function endOf({ upper }: Measured, longest: Episode | undefined): string {
  if (upper !== null || !longest?.cutBy) return '';
  return longest.cutBy === 'end'
    ? '; they were not back when the run ended'
    : '; the drill ended its fault meanwhile, and without that they might have been down for longer';
}

/** An outage in which clients had single writes acknowledged: the longest time without one is much shorter than the outage. */
const gotThrough = (outageMs: number, longestWaitMs = outageMs): string =>
  longestWaitMs > outageMs / 2 || longestWaitMs < worthSayingMs
    ? ''
    : `, though single writes of clients got through late: a write that takes longer than a second counts as down (at most ${inSeconds(longestWaitMs)} s without one)`;

/** Log-ins that PostgreSQL itself refused: nothing that a pooler added. */
function refused(verdict: Judged, { refusedByProbes }: Clients): string {
  const count = find(verdict, 'rejectedConnections')?.value ?? 0;
  const whose = refusedByProbes ? ' (the drill’s own probes had used most of its connections up)' : '';
  return count > 0 ? `; PostgreSQL refused ${counted(count, 'log-in')}${whose}` : '';
}

/** Less is not worth a word in the headline. */
const worthSayingMs = 1_000;

/** What else clients missed, unless a limit on it says so anyway. */
function alsoDown(verdict: Judged): string[] {
  const worth = (metric: MetricName): Measured | undefined => {
    const found = find(verdict, metric);
    return found?.value && found.value >= worthSayingMs && !isBroken(verdict, metric) ? found : undefined;
  };
  const reads = worth('readOutageMs');
  const stale = worth('staleReadMs');
  return [
    reads ? `reads were down ${duration(reads)}` : '',
    stale
      ? `reads from a standby missed writes acknowledged up to ${inSeconds(stale.value!)} s earlier (no limit)`
      : '',
  ];
}

const endedByDrill = (endedMs: number, lastedMs: number): string =>
  `; the drill ended its fault after ${inSeconds(endedMs)} s${backAfter(endedMs, lastedMs)}`;

const heldBack = (endedMs: number, lastedMs: number, limit: string): string =>
  `writes waited${limit}: the drill held them back for ${inSeconds(endedMs)} s behind paused poolers${backAfter(endedMs, lastedMs)}`;

function backAfter(endedMs: number, lastedMs: number): string {
  const later = lastedMs - endedMs;
  return later >= 1_000 ? `, and they were back ${inSeconds(later)} s later` : '';
}

/** One pair of brackets, not two: `45.2 s (44.1 to 45.3; limit 30 s)`. */
const joined = (words: string, limit: string): string =>
  words.endsWith(')') && limit ? `${words.slice(0, -1)}; ${limit.slice(2)}` : `${words}${limit}`;

/** Of a run that restored something: how long it took, and that it held what it had to. What it lacked is a broken limit. */
function restorePart(verdict: Judged): string {
  const restore = find(verdict, 'restoreMs');
  if (!restore || restore.value === null) return '';
  const whole = (['pitrMissing', 'pitrExtra', 'restoredDamage'] as const).every((metric) => {
    const found = find(verdict, metric);
    return found?.value === 0 && found.upper === 0;
  });
  const other =
    (find(verdict, 'failedRestores')?.value ?? 0) > 0 ? 'another restore took' : 'restored into a separate instance in';
  return `${other} ${duration(restore)}${whole ? ' with nothing missing, nothing extra and nothing damaged' : ''}`;
}

function losses(verdict: Judged, acknowledged: number | undefined): string {
  const lost = find(verdict, 'lostWrites');
  const restored = find(verdict, 'restoreLostWrites');
  // Of a cluster that is gone only the restore says what became of its writes.
  if (lost?.value == null && restored?.value != null) return lostByRestore(restored);
  if (!lost || lost.value === null) return `Whether acknowledged writes were lost is unknown${reason(lost)}`;
  if (lost.value > 0) return '';
  const checked = acknowledged === undefined ? '' : ` (${acknowledged.toLocaleString('en-US')} checked)`;
  return `No acknowledged write was lost${checked}`;
}

function lostByRestore({ value, note = '' }: Measured): string {
  const all = note.replace(/^of /, '');
  if (value === 0) return `The restore lost no acknowledged write${all && ` (${all.split(' ')[0]} checked)`}`;
  return all
    ? `The restore lost ${value!.toLocaleString('en-US')} of ${all}`
    : `The restore lost ${counted(value!, 'acknowledged write')}`;
}

/** What the scenario allows that no run may show unless it says so. */
function raised({ checks }: Judged): string {
  const allowed = checks.filter(({ metric, limit }) => builtInSafety.has(metric) && limit.max !== 0);
  if (allowed.length === 0) return '';
  const texts = allowed.map(({ metric, limit, unit }) =>
    limit.max === undefined
      ? `any ${metric}`
      : `${metric} up to ${unit === 'ms' ? `${limit.max / 1000} s` : limit.max}`,
  );
  return `The scenario allows ${texts.join(', ')}`;
}

/** Of a run that failed; one that is unknown says so as its doubt. */
const neverInjected = ({ outcome }: Judged, { lacking = [] }: Clients): string =>
  outcome === 'fail' && lacking.length > 0 ? `The scenario needs ${listed(lacking)}, which never took effect` : '';

const isBroken = ({ checks }: Judged, metric: MetricName): boolean =>
  checks.some((check) => check.metric === metric && check.outcome === 'fail');

const brokenParts = ({ checks, own = [] }: Judged): string[] => [
  ...checks
    .filter(({ outcome, metric }) => outcome === 'fail' && !mentioned.has(metric))
    .map((check) => `${titleOf(check.metric)}: ${joined(numberText(check), limitWords(check))}`),
  ...own
    .filter(({ outcome }) => outcome === 'fail')
    .map((one) => `${one.name}: ${joined(numberText(one), limitWords(one))}`),
];

function whyUnknown({ outcome, doubts, checks, own = [] }: Judged): string {
  if (outcome !== 'unknown') return '';
  const open = checks.find((check) => check.outcome === 'unknown');
  const ownOpen = own.find((one) => one.outcome === 'unknown');
  const words = (title: string, one: Numbers & Pick<Check, 'limit' | 'note'>) =>
    `${title} is ${joined(numberText(one), limitWords(one))}${reason(one)}`;
  const why = doubts[0] ?? (open ? words(titleOf(open.metric), open) : ownOpen && words(ownOpen.name, ownOpen));
  return why ? `Not a pass, because ${why}` : '';
}

function numberText(found: Numbers): string {
  if (found.value === null) return 'not known';
  if (found.unit === 'ms') return duration(found);
  const value = found.value.toLocaleString('en-US');
  return found.upper === null ? `${value} or more` : value;
}

const find = ({ measured }: Pick<Verdict, 'measured'>, metric: MetricName): Measured | undefined =>
  measured.find((found) => found.metric === metric);

const limitOf = ({ checks }: Judged, metric: MetricName): string => {
  const check = checks.find((one) => one.metric === metric);
  return check ? limitWords(check) : '';
};

function limitWords({ limit, unit }: Pick<Check, 'limit' | 'unit'>): string {
  const number = (value: number): string => (unit === 'ms' ? `${value / 1000} s` : String(value));
  if (limit.max !== undefined) return ` (limit ${number(limit.max)})`;
  return limit.min === undefined ? '' : ` (expected at least ${number(limit.min)})`;
}

const reason = (found: Pick<Measured, 'note'> | undefined): string =>
  found?.note ? `: ${found.note.replace(/^not measurable: /, '')}` : '';

const ended = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
