/** Measures that a scenario brings itself, each with its limit. Pure, as long as the scenario's functions are. */
import type { Run } from '../journal/run.ts';
import { check } from './check.ts';
import type { Unit } from './metrics.ts';
import type { Limit, OwnCheck } from './verdict.ts';

/** A number, or an interval in which the true value lies; `null`: the journal does not show it. */
export type OwnResult =
  | number
  | null
  | {
      readonly value: number | null;
      /** Default: `value`. */
      readonly lower?: number | null;
      /** Default: `value`. `null`: no upper bound is known. */
      readonly upper?: number | null;
      /** Sequence numbers of the journal's records that show it; the report links them. */
      readonly evidence?: readonly number[];
      /** What a reader should know. */
      readonly note?: string;
    };

/** A measure and a limit of a scenario's own. */
export interface OwnMeasure {
  readonly unit: Unit;
  /** What it measures, in a few words for the report. */
  readonly means: string;
  /** In `unit`. */
  readonly limit: Limit;
  /** A pure function of the journal: no I/O, no clock, no randomness. If it throws, the outcome is unknown. */
  readonly measure: (run: Run) => OwnResult;
}
export type OwnMeasures = Readonly<Record<string, OwnMeasure>>;

/** As many records as a report links. */
const mostEvidence = 20;

/**
 * Judges a run by the measures that its scenario brings. One that the journal names and that is not given is unknown.
 * @param measures of the scenario as it is now; undefined where its file is not at hand
 */
export function ownChecks(run: Run, measures: OwnMeasures = {}): OwnCheck[] {
  const declared = Object.entries(run.header.own ?? {});
  const names = new Set([...declared.map(([name]) => name), ...Object.keys(measures)]);
  return [...names].map((name) => {
    const measure = Object.hasOwn(measures, name) ? measures[name] : undefined;
    const { unit, means, limit } = measure ?? new Map(declared).get(name)!;
    const found = measure ? taken(measure, run) : unknown(`the measure is in the file of ${run.header.scenario.name}`);
    // `check` compares numbers; whose they are does not matter to it.
    const { outcome } = check({ ...found, metric: 'residue', unit }, limit);
    return { name, unit, means, limit, ...found, outcome };
  });
}

type Found = Pick<OwnCheck, 'value' | 'lower' | 'upper' | 'evidence' | 'note'>;
const unknown = (why: string): Found => ({
  ...{ value: null, lower: null, upper: null, evidence: [] },
  note: `not measurable: ${why}`,
});

function taken({ measure }: OwnMeasure, run: Run): Found {
  let result: unknown;
  try {
    result = measure(run);
  } catch (error) {
    return unknown(`the measure failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (result === null) return unknown('the journal does not show it');
  if (typeof result === 'number') return fromInterval({ value: result });
  if (typeof result === 'object' && 'value' in result) return fromInterval(result as Exclude<OwnResult, number | null>);
  return unknown('the measure should return a number, null or { value, … }');
}

function fromInterval(result: Exclude<OwnResult, number | null>): Found {
  const { value, lower = value, upper = value, evidence = [], note } = result;
  const fits = (number: unknown) => number === null || (typeof number === 'number' && Number.isFinite(number));
  if (![value, lower, upper].every(fits)) return unknown('the measure should return finite numbers');
  const [least, best, most] = [
    lower ?? Number.NEGATIVE_INFINITY,
    value ?? lower ?? upper ?? 0,
    upper ?? Number.POSITIVE_INFINITY,
  ];
  if (least > best || best > most) return unknown('the measure should return lower ≤ value ≤ upper');
  return { value, lower, upper, evidence: evidence.slice(0, mostEvidence), ...(note && { note }) };
}
