/**
 * The gate: a plan of repeats, fixed before the first of them, against the limits of a scenario.
 *
 * A safety limit is broken by one occurrence. Any other is held against the median of the runs, so that neither one
 * unlucky run turns a change red nor one lucky run turns it green. A run that cannot be believed, or did not take place,
 * could have been anything: it counts as the interval without ends.
 */
import { check, worst } from './check.ts';
import { type MetricName, metrics } from './metrics.ts';
import type { Check, Limit, OwnCheck, Result, Verdict } from './verdict.ts';

/** A limit against all runs of a scenario. */
interface GateCheck extends Check {
  /** Every run's value, in the order of the runs; null: not measurable, or not to be believed. */
  readonly values: readonly (number | null)[];
}

export interface GatedScenario {
  readonly scenario: string;
  readonly outcome: Result;
  readonly planned: number;
  readonly runs: readonly Verdict[];
  readonly checks: readonly GateCheck[];
  /** Limits on the scenario's own measures: they must hold in every run. */
  readonly own?: readonly OwnCheck[];
  /** Why the whole cannot be a pass, beyond the checks: the plan was not carried out. */
  readonly doubts: readonly string[];
}

/**
 * Judges the repeats of one scenario.
 * @param planned how many runs were decided on beforehand: an odd number, so that there is a median
 */
export function gate(scenario: string, runs: readonly Verdict[], planned: number): GatedScenario {
  const names = [...new Set(runs.flatMap((run) => run.checks.map(({ metric }) => metric)))];
  const checks = names.map((metric) => ('safety' in metrics[metric] ? everyRun : median)(metric, runs, planned));
  const missing = planned - runs.length;
  const doubts = [
    ...(missing > 0 ? [`${missing} of the ${planned} runs that were planned did not take place`] : []),
    ...(runs.every(isDoubtful) ? ['no run can be believed'] : []),
  ];
  const doubted = doubts.length > 0 ? (['unknown'] as const) : [];
  const own = ownOfEvery(runs);
  const outcome = worst([...[...checks, ...own].map((one) => one.outcome), ...doubted]);
  return { scenario, outcome, planned, runs, checks, ...(own.length > 0 && { own }), doubts };
}

const isDoubtful = ({ doubts }: Verdict): boolean => doubts.length > 0;
const checkOf = (run: Verdict, metric: MetricName): Check | undefined =>
  run.checks.find((found) => found.metric === metric);
const limitOf = (metric: MetricName, runs: readonly Verdict[]): Limit =>
  runs.map((run) => checkOf(run, metric)?.limit).find((limit) => limit !== undefined) ?? {};

/** The worst run of each measure that the scenario brings; a run that lacks one counts as unknown. */
function ownOfEvery(runs: readonly Verdict[]): OwnCheck[] {
  const names = [...new Set(runs.flatMap(({ own = [] }) => own.map(({ name }) => name)))];
  return names.map((name) => {
    const found = runs.flatMap(({ own = [] }) => own.find((one) => one.name === name) ?? []);
    const missing = found.length < runs.length ? (['unknown'] as const) : [];
    const outcome = worst([...found.map((one) => one.outcome), ...missing]);
    const bad = runs.length - found.filter((one) => one.outcome === 'pass').length;
    const note = bad === 0 ? `in every one of ${runs.length} runs` : `${outcome} in ${bad} of ${runs.length} runs`;
    const shown = found.find((one) => one.outcome === outcome) ?? found[0]!;
    return { ...shown, outcome, evidence: [], note };
  });
}

/** The worst of all runs. */
function everyRun(metric: MetricName, runs: readonly Verdict[]): GateCheck {
  const found = runs.flatMap((run) => checkOf(run, metric) ?? []);
  const outcome = worst(found.map((one) => one.outcome));
  const shown = found.find((one) => one.outcome === outcome)!;
  const bad = found.filter((one) => one.outcome !== 'pass').length;
  const note = bad === 0 ? `in every one of ${runs.length} runs` : `${outcome} in ${bad} of ${runs.length} runs`;
  return { ...shown, outcome, evidence: [], note, values: found.map(({ value }) => value) };
}

function median(metric: MetricName, runs: readonly Verdict[], planned: number): GateCheck {
  const believed = runs.map((run) => (isDoubtful(run) ? undefined : checkOf(run, metric)));
  const unbounded = Array.from({ length: planned - runs.length }, () => undefined);
  const ends = (end: 'lower' | 'upper', unknown: number) =>
    middle([...believed, ...unbounded].map((found) => (found?.value === null ? unknown : (found?.[end] ?? unknown))));
  const [lower, upper] = [ends('lower', Number.NEGATIVE_INFINITY), ends('upper', Number.POSITIVE_INFINITY)];
  const values = believed.map((found) => found?.value ?? null);
  const known = values.filter((value) => value !== null);
  const value = known.length > 0 ? Math.min(Math.max(middle(known), lower), upper) : null;
  const found = {
    metric,
    unit: metrics[metric].unit,
    value,
    lower: Number.isFinite(lower) ? lower : null,
    upper: Number.isFinite(upper) ? upper : null,
    evidence: [],
    note: `median of ${planned} runs${known.length < planned ? `, of which ${planned - known.length} had no value` : ''}`,
  };
  return { ...check(found, limitOf(metric, runs)), values };
}

/** Of an even number the upper one: the worse, where more is worse. */
const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
