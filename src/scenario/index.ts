/** What a scenario is: a drill written down. Scenario files default-export what `scenario()` returns. */
import { z } from 'zod';
import { didYouMean, UsageError } from '../errors.ts';
import { type FaultKind, faultKinds } from '../faults/index.ts';
import { isMetric, type MetricName, metricNames } from '../measure/metrics.ts';
import type { Limit } from '../measure/verdict.ts';
import type { Capability, Instance, Target } from '../stacks/stack.ts';

export const durabilities = ['required', 'preferred', 'asynchronous'] as const;
export type Durability = (typeof durabilities)[number];

export const topologySchema = z.strictObject({
  instances: z.int().min(1).max(9).default(3),
  /** What is promised for acknowledged writes; the verdict on lost writes follows from it. */
  durability: z.enum(durabilities).default('required'),
  pooler: z
    .strictObject({
      instances: z.int().min(1).max(5).default(2),
      mode: z.enum(['transaction', 'session']).default('transaction'),
      poolSize: z.int().min(1).max(500).default(25),
    })
    .prefault({}),
  /** WAL is archived to the object store, so that backups can be taken; a scenario that needs `backup` has it on. */
  archiving: z.boolean().optional(),
  /** WAL has a disk of its own, of this size: one that can be full. Absent: it lies beside the data. */
  walDiskMegabytes: z.int().min(128).max(4096).optional(),
  /** `recommended`: the tool's own, each with its reason in the configuration; `defaults`: the programs' own. */
  timers: z.enum(['recommended', 'defaults']).default('recommended'),
  /** Single settings by their name, over the two above: `{ server_login_retry: '15' }`. */
  settings: z.record(z.string(), z.string()).default({}),
});
export type Topology = z.infer<typeof topologySchema>;

/** See `src/load/writers/profile.ts`. */
export const loadProfiles = ['pool', 'backoff', 'retry', 'per-request'] as const;

/** Statements that begin or end a transaction. */
const control =
  /(^|;)\s*(begin|commit|end|rollback|abort|savepoint|release|start\s+transaction|prepare\s+transaction)\b/i;
const hasNoControl = (sql: string): boolean => !control.test(sql);

export const loadSchema = z.strictObject({
  writers: z.int().min(1).max(1000).default(40),
  /** Writes per second of all writers together, as Poisson arrivals; each write is due whether the last one is done or not. */
  ratePerSecond: z.number().positive().max(20_000).default(200),
  /**
   * Between two requests of a probe. Absent: what the stack is good for, 10 ms on the lab. Long drills that ask for something
   * else than an outage to the hundredth of a second are content with fewer.
   */
  probeEveryMs: z.int().min(10).max(1_000).optional(),
  /** A write that has no answer this long after it was due is given up. */
  giveUpMs: z.int().positive().default(5_000),
  /** Between two connection attempts of a client. */
  reconnectMs: z.int().nonnegative().default(100),
  /** The longest wait of the profile `backoff`, which begins with `reconnectMs` and doubles with each failure. */
  backoffMostMs: z.int().nonnegative().default(10_000),
  /** Clients know every pooler, and go to the next where one cannot be reached: several hosts in a connection string. */
  failover: z.boolean().default(false),
  /** So many clients beside them keep a session to the primary’s own address; one that is lost is not made anew. */
  openSessions: z.int().nonnegative().max(100).default(0),
  /** A user’s own SQL, run with each write, in turn, in one transaction with it: no transaction control of its own. */
  sql: z
    .array(z.string().refine(hasNoControl, 'begin, commit and the like end the transaction with the write'))
    .default([]),
  /** SQL that is run once before, as the load’s user: the tables that `sql` needs. */
  setup: z.string().default(''),
  /** An HTTP service over a pooler is a client too, and what its users see is measured: `fixtures/api`. */
  api: z.boolean().optional(),
  /** A script of k6 that uses this service; `scenarios/k6` has one. Without k6 on the machine it is left out, with a note. */
  k6: z.string().optional(),
  /** SQLSTATEs that clients and the HTTP service try again beside those that Npgsql does: `errorCodesToAdd`. */
  retriesAlso: z.array(z.string().regex(/^[0-9A-Z]{5}$/, 'an SQLSTATE has five digits and capitals: 08P01')).optional(),
  /** What clients do when something fails. `retry`: EnableRetryOnFailure of Entity Framework, 5 times, at most 30 s. */
  profile: z.enum(loadProfiles).default('pool'),
});
export type Load = z.infer<typeof loadSchema>;

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
  /** Journal when the first backup by this schedule would be, as whoever keeps schedules reads it. */
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
/** Tells `listener` of every scenario that a file defines from now on: how plain mocha runs scenario files. */
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
        `scenario ${name} has a limit on ${limit}, which is no metric${didYouMean(limit, metricNames)}`,
      );
  }
  const { topology, needs } = parsed.data;
  return {
    ...parsed.data,
    topology: needs.includes('backup') ? { ...topology, archiving: true } : topology,
  } as Scenario;
}
