/** What a scenario is: a drill written down. Scenario files default-export what `scenario()` returns. */

import { z } from 'zod';
import { didYouMean, UsageError } from '../errors.ts';
import { type FaultKind, faultKinds } from '../faults/index.ts';
import type { Capability, Instance, Target } from '../faults/target.ts';
import { isMetric, type MetricName, metricNames } from '../measure/metrics.ts';
import type { Limit } from '../measure/verdict.ts';
import { type Load, loadSchema } from './load.ts';
import { type Topology, topologySchema } from './topology.ts';

export type Limits = Partial<Record<MetricName, Limit>>;

/** What a drill can do. Durations are written `20s`, `3m`, `500ms`. */
export interface Drill {
  /** Let the load run for a while. */
  hold(time: string, why?: string): Promise<void>;
  primary(): Promise<Instance>;
  /** A standby: the synchronous one if there is one, else the first. */
  standby(): Promise<Instance>;
  /** Every instance but the primary, whether it streams or not. */
  standbys(): Promise<readonly Instance[]>;
  instances(): Promise<readonly Instance[]>;
  poolers(): readonly Target[];
  /** Break something; resolves once the fault is proved effective. */
  inject(fault: FaultKind, target: Target): Promise<InjectedFault>;
  /**
   * Until clients write again through every pooler and directly, for 10 s. What does not come in time, here and below, is
   * journalled, with the stack's logs of that moment in the run's folder; the drill goes on.
   */
  recovered(options: { within: string }): Promise<void>;
  /** Until the HA manager calls another instance the primary. What clients can do from then on is what `recovered` waits for. */
  replaced(instance: Instance, options: { within: string }): Promise<void>;
  /** Until every instance streams from the primary again. */
  settled(options: { within: string }): Promise<void>;
  /** Take a base backup into the object store, or wait for the first that a schedule orders. One that fails is journalled with its cause; the drill goes on. */
  backup(options: { within: string; schedule?: string }): Promise<void>;
  /** Journal when the first backup by this schedule would be, as the scheduler of the stack reads it. */
  readSchedule(schedule: string): Promise<void>;
  /** Remember this moment by the primary's clock, to restore to it later. */
  mark(name: string): Promise<Mark>;
  /** Until everything that was written so far is in the archive. */
  archived(options: { within: string }): Promise<void>;
  /** Restore into a new instance that cannot write back, look at all that it holds, and throw it away. */
  restore(to: Mark | 'latest', options: { within: string }): Promise<void>;
  /** A remark for the journal and the report. */
  note(text: string): void;
}
/** A moment to restore to: everything committed up to it. */
export interface Mark {
  readonly name: string;
  /** By the clock of the primary of that moment, ISO 8601 to the µs. */
  readonly serverTime: string;
}
export interface InjectedFault {
  heal(): Promise<void>;
}

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
  readonly topology?: z.input<typeof topologySchema>;
  readonly load?: z.input<typeof loadSchema>;
  readonly limits: Limits;
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
  readonly drill: (drill: Drill) => Promise<void>;
}

const limitSchema = z
  .strictObject({ max: z.number().optional(), min: z.number().optional() })
  .refine((limit) => limit.max !== undefined || limit.min !== undefined, 'a limit needs a max or a min');
/** What a scenario file may say; the names of limits are looked at afterwards, to suggest the nearest. */
export const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name is lower case words joined by -'),
  asks: z.string().min(1),
  needs: z.array(z.enum([...faultKinds, 'backup', 'schedule', 'metrics'])),
  aimedAt: z.enum(aims).default('primary'),
  topology: topologySchema.prefault({}),
  load: loadSchema.prefault({}),
  limits: z.record(z.string(), limitSchema),
  drill: z.custom<Scenario['drill']>((value) => typeof value === 'function', 'expected a function'),
});

let onDefined: ((defined: Scenario) => void) | undefined;
/** Calls `listener` with every scenario that a file defines from now on: how plain mocha runs scenario files. */
export function whenDefined(listener: (defined: Scenario) => void): void {
  onDefined = listener;
}
/** Does `load` without telling that listener: a catalogue that looks at scenarios does not mean to run them. */
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
  const { topology, needs } = parsed.data;
  return {
    ...parsed.data,
    topology: needs.includes('backup') ? { ...topology, archiving: true } : topology,
  } as Scenario;
}
