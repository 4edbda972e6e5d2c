/** What `pgdrill threshold` says: how long a fault may last, or how slow it may be. */
import { inSeconds } from '../measure/measured.ts';
import type { Decided } from '../measure/threshold/decides.ts';
import type { Range, Threshold, Trial } from '../measure/threshold/estimate.ts';

interface Tried extends Trial {
  readonly outageMs: number | null;
  readonly silenceMs: number | null;
  readonly lostWrites: number | null;
}
type Parameter = 'for' | 'delayMs';

export interface Looked {
  readonly fault: string;
  readonly stack: string;
  readonly parameter: Parameter;
  readonly range: Range;
  readonly threshold: Threshold;
  readonly trials: readonly Tried[];
  readonly decided?: Decided;
}

/** `12.3 s` of a length; `230 ms` of a delay. */
const amount = (parameter: Parameter, ms: number): string =>
  parameter === 'delayMs' && ms < 1_000 ? `${Math.round(ms)} ms` : `${inSeconds(ms)} s`;

const outageText = ({ outageMs }: Tried): string =>
  outageMs === null
    ? 'how long writes were down is unknown'
    : outageMs === 0
      ? 'writes were never down'
      : `writes were down ${inSeconds(outageMs)} s`;

/** One trial, as it ends. */
export function trialLine(parameter: Parameter, trial: Tried, left: number): string {
  const what =
    parameter === 'for' ? `lasted ${amount(parameter, trial.dose)}` : `delayed by ${amount(parameter, trial.dose)}`;
  return `  ${what}: ${trial.replaced ? 'a failover' : 'no failover'}; ${outageText(trial)} (${left} more)`;
}

/** The conclusion: the threshold with its interval, what decides it, and what clients saw. */
export function thresholdLines({ fault, stack, parameter, range, threshold, trials, decided }: Looked): string[] {
  const text = (ms: number): string => amount(parameter, ms);
  const { dose, lower, upper, survived, replaced, trials: n } = threshold;
  const head =
    replaced === undefined
      ? `${fault} on ${stack}: no failover up to ${text(survived!)} (${n} trials)`
      : upper === null
        ? `${fault} on ${stack}: a failover from ${text(lower)} or more (95 %; ${n} trials up to ${text(range.to)})`
        : `${fault} on ${stack}: a failover in half of all cases from ${text(dose)} on (95 %: ${text(lower)} to ${text(upper)}; ${n} trials)`;
  return [
    head,
    ...(survived !== undefined && replaced !== undefined
      ? [`  the largest without a failover: ${text(survived)}; the smallest with one: ${text(replaced)}`]
      : []),
    ...(decided ? [`  decided by: ${decided.text}`] : []),
    ...clientLines(parameter, trials),
  ];
}

/** From when on clients notice, and what each second costs them. */
function clientLines(parameter: Parameter, trials: readonly Tried[]): string[] {
  const known = trials.filter(({ outageMs }) => outageMs !== null);
  const noticed = known.filter(({ outageMs }) => outageMs! > 0).map(({ dose }) => dose);
  const lines: string[] = [];
  const unnoticed = known.filter(({ outageMs }) => outageMs === 0).map(({ dose }) => dose);
  if (unnoticed.length > 0) lines.push(`  clients noticed nothing up to ${amount(parameter, Math.max(...unnoticed))}`);
  if (noticed.length > 0) lines.push(`  writes were down from ${amount(parameter, Math.min(...noticed))} on`);
  for (const replaced of [false, true]) {
    const some = known.filter((trial) => trial.replaced === replaced && trial.outageMs! > 0);
    if (some.length === 0) continue;
    const values = some.map(({ outageMs, dose }) => outageMs! - (parameter === 'for' && !replaced ? dose : 0));
    const [least, middle, most] = ordered(values).map((ms) => inSeconds(ms));
    const what =
      replaced || parameter === 'delayMs'
        ? `${replaced ? 'with' : 'without'} a failover writes were down ${middle} s`
        : `without a failover writes were down ${middle} s longer than the fault`;
    lines.push(`  ${what} (median of ${some.length}; ${least} to ${most})`);
  }
  return lines;
}

function ordered(values: readonly number[]): [least: number, middle: number, most: number] {
  const all = [...values].sort((a, b) => a - b);
  const middle = (all[Math.floor((all.length - 1) / 2)]! + all[Math.ceil((all.length - 1) / 2)]!) / 2;
  return [all[0]!, middle, all.at(-1)!];
}
