/** What each timer costs: from the runs in which one was moved at a time to a ranked table and a sentence. Pure. */
import { hodgesLehmann } from '../compare/hodges-lehmann.ts';
import type { ResponseName, Trial } from './responses.ts';
import { type Mover, median, movers, smallestChance } from './screen.ts';

/** A timer as it was in the plan. Values are in its unit: `s`, `ms`, or none. */
export interface TimerPlan {
  readonly name: string;
  readonly program: string;
  readonly unit: string;
  /** In force in the runs in which it was not moved. */
  readonly base: number;
  /** What it was moved to. */
  readonly trial: number;
  readonly recommended: number;
  /** How its line is written, `{}` for the value. */
  readonly line: string;
  /** What the recommended value would risk. */
  readonly risk: string;
}

export interface Interval {
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface Explained extends TimerPlan {
  readonly runs: number;
  /** What moved with it. */
  readonly moves: readonly Mover[];
  /**
   * `costs`: what moved is a part of the outage. `hidden`: it shows in the pooler's log, but at its present value the
   * server was not yet back then. `nothing`: nothing moved with it.
   */
  readonly effect: 'costs' | 'hidden' | 'nothing';
  /** What its present value costs against the recommended one, ms of outage. */
  readonly cost: Interval;
}

export interface Explanation {
  readonly rows: readonly Explained[];
  readonly runs: number;
  readonly outageMs: number | null;
  readonly sentence: string;
  /** Why nothing could have been found, where the runs are too few for that. */
  readonly tooFew: string | undefined;
}

const level = 0.95;
/** Responses that are a part of the outage, and those of what the pooler added. */
const phases: ReadonlySet<ResponseName> = new Set(['detect', 'elect', 'promote', 'route']);
const throughPooler: ReadonlySet<ResponseName> = new Set(['penalty', 'silence at the return']);

export function explain(trials: readonly Trial[], timers: readonly TimerPlan[]): Explanation {
  const all = movers(trials);
  const rows = timers.map((timer) => explained(timer, trials, all)).sort(byCost);
  const tooFew = whyTooFew(trials);
  const outages = trials.filter(({ moved }) => moved === undefined).flatMap(({ outageMs }) => outageMs ?? []);
  return {
    rows,
    runs: trials.length,
    outageMs: outages.length > 0 ? median(outages) : null,
    sentence: tooFew ? 'Not decided: the runs are too few.' : sentenceOf(rows),
    tooFew,
  };
}

/** Of the chance that decides a little is left for the relabellings, which are a sample. */
const decidableBelow = 0.045;

function whyTooFew(trials: readonly Trial[]): string | undefined {
  const chance = smallestChance(trials);
  if (chance < decidableBelow) return undefined;
  return `${trials.length} runs cannot decide anything: even the clearest effect would be chance in ${(100 * chance).toFixed(0)} of 100 cases; add rounds`;
}

const rank: Record<Explained['effect'], number> = { costs: 0, hidden: 1, nothing: 2 };
const byCost = (a: Explained, b: Explained): number =>
  rank[a.effect] - rank[b.effect] || Math.abs(b.cost.value) - Math.abs(a.cost.value);

function explained(timer: TimerPlan, trials: readonly Trial[], all: readonly Mover[]): Explained {
  const moves = all.filter((one) => one.timer === timer.name);
  const own = trials.filter(({ moved }) => moved === timer.name);
  const known = { ...timer, runs: own.length, moves };
  const none = { value: 0, lower: 0, upper: 0 };
  if (moves.length === 0) return { ...known, effect: 'nothing', cost: none };
  // The runs of another timer that moves the same part are not controls.
  const controlsOf = (parts: readonly ResponseName[]) => {
    const others = all.filter(({ response }) => parts.some((part) => part === partOf(response)));
    const biased = new Set(others.map((one) => one.timer));
    return trials.filter(({ moved }) => moved === undefined || !biased.has(moved));
  };
  const mark = markOf(timer, own, controlsOf(['penalty']));
  const parts = [...new Set([...partsOf(moves), ...(mark === 'waited for' ? (['penalty'] as const) : [])])];
  const charged = mark === 'only where moved' ? parts.filter((part) => part !== 'penalty') : parts;
  if (charged.length === 0) return { ...known, effect: 'hidden', cost: none };
  const lastedOf = (some: readonly Trial[]) => some.flatMap((trial) => lasted(trial, charged) ?? []);
  const [before, after] = [lastedOf(controlsOf(charged)), lastedOf(own)];
  if (before.length === 0 || after.length === 0)
    return { ...known, effect: 'costs', cost: { value: 0, lower: null, upper: null } };
  return { ...known, effect: 'costs', cost: towardsRecommended(timer, before, after) };
}

/** A silence is a timer's own if it is as long, within this share of it and the time that a login takes, ms. */
const alike = 0.07;
const loginMs = 500;

/**
 * Whether the silence in which the server came back was this timer's own: as long as its value in force without it moved,
 * and as its trial with it. `only where moved`: what it costs there says nothing about its present value.
 */
function markOf(
  { base, trial, unit }: TimerPlan,
  own: readonly Trial[],
  controls: readonly Trial[],
): 'waited for' | 'only where moved' | undefined {
  const toMs = { s: 1_000, ms: 1 }[unit];
  const silencesOf = (some: readonly Trial[]) => some.flatMap(({ seen }) => seen['silence at the return'] ?? []);
  const [moved, before] = [silencesOf(own), silencesOf(controls)];
  if (!toMs || moved.length === 0 || before.length === 0) return undefined;
  const isOf = (silenceMs: number, value: number): boolean =>
    Math.abs(silenceMs - value * toMs) <= Math.max(loginMs, alike * value * toMs);
  if (!isOf(median(moved), trial)) return undefined;
  return isOf(median(before), base) ? 'waited for' : 'only where moved';
}

/** The part of an outage that a response is, or is the mark of; undefined: of none. */
function partOf(response: ResponseName): ResponseName | undefined {
  if (throughPooler.has(response)) return 'penalty';
  return phases.has(response) || response === 'clients' ? response : undefined;
}

const partsOf = (moves: readonly Mover[]): ResponseName[] => [
  ...new Set(moves.flatMap(({ response }) => partOf(response) ?? [])),
];

/** How long these parts of a run’s outage lasted together, ms; of the poolers the last one counts, as in the outage. */
function lasted({ seen, penalties }: Trial, parts: readonly ResponseName[]): number | undefined {
  const each = parts.map((part) => (part === 'penalty' && penalties.length > 0 ? Math.max(...penalties) : seen[part]));
  return each.includes(undefined) ? undefined : each.reduce<number>((sum, one) => sum + one!, 0);
}

/** The shift per unit of the timer, times how far the present value lies from the recommended one. */
function towardsRecommended(
  { base, trial, recommended }: TimerPlan,
  controls: readonly number[],
  moved: readonly number[],
): Interval {
  const { shift, lower, upper } = hodgesLehmann(controls, moved, level);
  const factor = (base - recommended) / (trial - base);
  const ends = [lower, upper].map((end) => (end === null ? null : end * factor));
  const [first, second] = factor < 0 ? [ends[1]!, ends[0]!] : [ends[0]!, ends[1]!];
  return { value: shift * factor, lower: first, upper: second };
}

function sentenceOf(rows: readonly Explained[]): string {
  const costly = rows.filter(({ effect, cost }) => effect === 'costs' && cost.value > 0);
  const inPlace = rows.filter(({ effect, cost }) => effect === 'costs' && cost.value <= 0);
  if (costly.length > 0) {
    const each = costly.map(
      ({ name, base, unit, cost }) => `${name} = ${base}${unit && ` ${unit}`} costs ${seconds(cost)}`,
    );
    return `${each.join('; ')}.`;
  }
  if (inPlace.length > 0)
    return `No timer matters as it is set. Longer, these would: ${inPlace.map(({ name }) => name).join(', ')}.`;
  return 'No timer matters: nothing that was measured moved with any of them.';
}

/** `6.7 s (3.1 to 12.2)`. */
export function seconds({ value, lower, upper }: Interval): string {
  const text = (ms: number | null) => (ms === null ? 'unknown' : (ms / 1000).toFixed(1).replace('-', '−'));
  return `${text(value)} s (${text(lower)} to ${text(upper)})`;
}
