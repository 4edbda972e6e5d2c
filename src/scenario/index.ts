/** What a scenario is: a drill written down. Scenario files default-export what `scenario()` returns. */

import { z } from 'zod';
import { didYouMean, UsageError } from '../errors.ts';
import { faultKinds } from '../faults/index.ts';
import type { Capability } from '../faults/target.ts';
import { units } from '../journal/line.ts';
import { isMetric, type MetricName, metricNames } from '../measure/metrics.ts';
import type { OwnMeasure, OwnMeasures } from '../measure/own.ts';
import type { Drill } from './drill.ts';
import type { LimitsByName, LoadInput, TopologyInput } from './input.ts';
import { boundsSchema, type Limits, limitSchema } from './limits.ts';
import { type Load, loadSchema } from './load.ts';
import { type Topology, topologySchema } from './topology.ts';

/** At least one: a scenario without a limit passes whatever happens. */
export type LimitsInput = { [M in MetricName]: Required<Pick<LimitsByName, M>> & LimitsByName }[MetricName];

const aims = ['primary', 'standby'] as const;
type AimedAt = (typeof aims)[number];

export interface ScenarioInput {
  readonly name: string;
  /** The question that the drill answers. */
  readonly asks: string;
  /** The faults and other capabilities that a stack must have. */
  readonly needs: readonly Capability[];
  /** What its faults hit, `primary` if nothing is said: an outage is predicted for the loss of a primary only. */
  readonly aimedAt?: AimedAt;
  readonly topology?: TopologyInput;
  readonly load?: LoadInput;
  readonly limits: LimitsInput;
  /** Measures of the scenario's own, by name, each with its limit. */
  readonly measures?: OwnMeasures;
  drill(drill: Drill): Promise<void>;
}
export interface Scenario {
  readonly name: string;
  readonly asks: string;
  readonly needs: readonly Capability[];
  readonly aimedAt: AimedAt;
  readonly topology: Topology;
  readonly load: Load;
  readonly limits: Limits;
  /** Absent where it brings none. */
  readonly measures?: OwnMeasures;
  readonly drill: (drill: Drill) => Promise<void>;
}

const ownSchema = z.strictObject({
  unit: z.enum(units),
  means: z.string().min(1),
  limit: boundsSchema,
  measure: z.custom<OwnMeasure['measure']>((value) => typeof value === 'function', 'expected a function'),
});
/** What a scenario file may say; the names of limits are looked at afterwards, to suggest the nearest. */
export const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name is lower case words joined by -'),
  asks: z.string().min(1),
  needs: z.array(z.enum([...faultKinds, 'backup', 'schedule', 'restore', 'metrics'])),
  aimedAt: z.enum(aims).default('primary'),
  topology: topologySchema.prefault({}),
  load: loadSchema.prefault({}),
  limits: z
    .record(z.string(), limitSchema)
    .refine((limits) => Object.keys(limits).length > 0, 'a scenario needs a limit, or it passes whatever happens'),
  measures: z
    .record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a measure has a name in camelCase'), ownSchema)
    .optional(),
  drill: z.custom<Scenario['drill']>((value) => typeof value === 'function', 'expected a function'),
});

let onDefined: ((defined: Scenario) => void) | undefined;
/** Calls `listener` with every scenario that a file defines from now on: how plain mocha runs scenario files. */
export function whenDefined(listener: (defined: Scenario) => void): void {
  onDefined = listener;
}
/** Does `load` without calling that listener: a catalogue that reads scenarios does not run them. */
export async function withoutRegistering<T>(load: () => Promise<T>): Promise<T> {
  const listener = onDefined;
  onDefined = undefined;
  try {
    return await load();
  } finally {
    onDefined = listener;
  }
}

/** A scenario file default-exports this. Under mocha the drill becomes a suite, one test a limit. See `defineScenario`. */
export function scenario(input: ScenarioInput): Scenario {
  const defined = defineScenario(input);
  onDefined?.(defined);
  return defined;
}

/**
 * Checks a scenario and fills in its defaults.
 * @throws UsageError naming what is wrong, and for a misspelt limit the nearest name
 */
export function defineScenario(input: ScenarioInput): Scenario {
  const parsed = scenarioSchema.safeParse(input);
  const name = String(input?.name ?? 'unnamed');
  if (!parsed.success) throw new UsageError(`scenario ${name} is not valid: ${z.prettifyError(parsed.error)}`);
  for (const limit of Object.keys(parsed.data.limits)) {
    if (!isMetric(limit))
      throw new UsageError(
        `scenario ${name} has a limit on ${limit}, which is not a metric${didYouMean(limit, metricNames)}`,
      );
  }
  for (const own of Object.keys(parsed.data.measures ?? {}))
    if (isMetric(own))
      throw new UsageError(`scenario ${name} brings a measure ${own}, which pgdrill has already: choose another name`);
  const { topology, needs } = parsed.data;
  return {
    ...parsed.data,
    topology: needs.includes('backup') || needs.includes('restore') ? { ...topology, archiving: true } : topology,
  } as Scenario;
}
