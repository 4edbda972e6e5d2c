/**
 * What a team could change after a run: at most three settings, with what each would save, by how it is known.
 *
 * Measured is what `explain` found by moving one timer at a time, at the value that it has here. Predicted is the sum of
 * timers (`predict.ts`) with and without the change, and no more than what was measured of the phase that it bounds.
 */
import type { FaultKind } from '../faults/index.ts';
import type { Run } from '../journal/run.ts';
import type { ExplainResult } from './explain-result.ts';
import { predict, predictPooler, type SettingsInForce } from './failover/predict.ts';
import type { PredictedPhase } from './poolers/predict-pgbouncer.ts';
import type { Measured, Verdict } from './verdict.ts';

/** A setting that decides how long an outage lasts, and what is recommended for it. */
export interface Lever {
  readonly name: string;
  readonly program: string;
  readonly unit: string;
  readonly recommended: string;
  /** The line of its configuration, `{}` for the value. */
  readonly line: string;
  readonly risk: string;
}

export interface Proposal {
  readonly program: string;
  /** The lines of the configuration as they are and as they would be. */
  readonly before: string;
  readonly after: string;
  /** ms of outage, between these. */
  readonly savesMs: { readonly low: number; readonly high: number };
  readonly basis: 'measured' | 'predicted';
  /** Why, in one sentence. */
  readonly why: string;
  readonly evidence: readonly number[];
  readonly risk: string;
}

const most = 3;
/** Less than this is not worth a change. */
const leastMs = 500;
/** What of a run the phases of a prediction are held against. */
const boundOf: Readonly<Record<string, Measured['metric']>> = { reconnect: 'poolerPenaltyMs' };

/**
 * The most useful first; none where nothing is known to help.
 * @param levers the settings of the stack that may be changed
 * @param explained what `explain` found for this scenario on this stack
 */
export function proposals(run: Run, verdict: Verdict, levers: readonly Lever[], explained?: ExplainResult): Proposal[] {
  const inForce = run.stack?.settings ?? {};
  const measured = (explained?.rows ?? []).flatMap((row) => fromExplained(row, inForce));
  const known = new Set(explained?.rows.map(({ name }) => name));
  const predicted = levers
    .filter(({ name }) => !known.has(name))
    .flatMap((lever) => fromPrediction(lever, run, verdict));
  return [...measured, ...predicted]
    .filter(({ savesMs }) => savesMs.high >= leastMs)
    .sort((a, b) => b.savesMs.low + b.savesMs.high - (a.savesMs.low + a.savesMs.high))
    .slice(0, most);
}

const written = (line: string, value: string | number): string => line.replace('{}', String(value));

function fromExplained(row: ExplainResult['rows'][number], inForce: SettingsInForce): Proposal[] {
  const { name, program, base, recommended, effect, cost, runs, line, risk } = row;
  const now = Number.parseFloat(inForce[`${program}.${name}`] ?? '');
  // What was found holds for the value that it was found at.
  if (effect !== 'costs' || cost.value <= 0 || now !== base) return [];
  return [
    {
      ...{ program, risk, basis: 'measured', evidence: [] },
      before: written(line, base),
      after: written(line, recommended),
      savesMs: { low: Math.max(0, cost.lower ?? 0), high: cost.upper ?? cost.value },
      why: `explain moved it in ${runs} runs, and the outage moved with it`,
    },
  ];
}

function fromPrediction(lever: Lever, run: Run, verdict: Verdict): Proposal[] {
  const { name, program, unit, recommended, line, risk } = lever;
  const inForce = run.stack?.settings ?? {};
  const key = `${program}.${name}`;
  const now = Number.parseFloat(inForce[key] ?? '');
  if (!(now > Number(recommended))) return [];
  const after = phasesOf(run, { ...inForce, [key]: `${recommended} ${unit}`.trim() });
  return phasesOf(run, inForce).flatMap((phase): Proposal[] => {
    const then = after.find((one) => one.phase === phase.phase);
    const high = phase.highMs - (then?.highMs ?? phase.highMs);
    if (!then || high <= 0) return [];
    const bound = verdict.measured.find(({ metric }) => metric === boundOf[phase.phase]);
    return [
      {
        ...{ program, risk, basis: 'predicted', before: written(line, now), after: written(line, recommended) },
        savesMs: bounded({ low: Math.max(0, phase.lowMs - then.lowMs), high }, bound),
        why: `${phase.phase}: ${phase.why}`,
        evidence: [...(run.prediction ? [run.prediction.seq] : []), ...(bound?.evidence ?? [])],
      },
    ];
  });
}

/** Of a fault that is not modelled the pooler’s part still is. */
function phasesOf({ faults: [first] }: Run, settings: SettingsInForce): readonly PredictedPhase[] {
  if (!first) return [];
  const whole = predict(first.fault as FaultKind, settings)?.phases;
  return whole ?? [predictPooler(settings)].filter((phase) => phase !== undefined);
}

/** Nothing can be saved that was not lost. */
function bounded({ low, high }: Proposal['savesMs'], bound: Measured | undefined): Proposal['savesMs'] {
  const atMost = bound ? Math.max(0, bound.upper ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  return { low: Math.min(low, atMost), high: Math.min(high, atMost) };
}
