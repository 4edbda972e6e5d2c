/**
 * The one schema of the journal: every line of `run.ndjson` is one of these.
 *
 * Each line has `seq` and `tUs` (µs since the run began, on the driver's monotonic clock). Lines about single things
 * take one sequence number. Lines of high rate (`op`, `connect`, `probe`) are *batches*: columns of `n` rows that take
 * the `n` numbers from `seq` on, so that evidence can name one write or one probe slot. All times are µs, integers.
 */
import { z } from 'zod';
import { alertLine, alertWatchLine } from './alert-lines.ts';
import {
  archiveCallLine,
  archiveLine,
  backupLine,
  ledgerShape,
  markLine,
  proofLine,
  restoreLine,
  storeLine,
} from './backup-lines.ts';
import { clientEndLine, clientLine, clientPoolLine } from './clients/lines.ts';
import { faultLine } from './fault-lines.ts';
import { afterwardsLine, endLine, generatorLine, noteLine, residueLine, stallLine } from './harness-lines.ts';
import { attemptShape, column, count, line, manifestsShape, units, us } from './line.ts';
import { poolLine, poolLogLine } from './pooler-lines.ts';
import { requestLine } from './request-lines.ts';
import { activityLine, logLine } from './server-lines.ts';
import { sessionLine } from './sessions/lines.ts';
import { transactionLine } from './transactions/lines.ts';

/** What became of a write; the order is the code used in `op` batches. See METRICS "Outcome of a write". */
export const outcomes = ['ok', 'okLocal', 'failed', 'unknown'] as const;
export type Outcome = (typeof outcomes)[number];

/** What became of a probe slot or a connection attempt; the order is the code used in batches. */
export const slotOutcomes = ['ok', 'failed', 'timeout'] as const;
export type SlotOutcome = (typeof slotOutcomes)[number];

const limitShape = z.object({
  max: z.number().optional(),
  min: z.number().optional(),
  /** Where the number comes from, where that is not the scenario. */
  source: z.string().optional(),
});

export const runLine = line('run', {
  format: z.literal(1),
  id: z.string(),
  startedAt: z.iso.datetime(),
  scenario: z.object({ name: z.string(), asks: z.string(), hash: z.string() }),
  /** The faults and other capabilities that the scenario declares; absent in journals from before it was recorded. */
  needs: z.array(z.string()).optional(),
  stack: z.enum(['lab', 'k3s', 'cluster']),
  topology: z.record(z.string(), z.unknown()),
  load: z.record(z.string(), z.unknown()),
  limits: z.record(z.string(), limitShape),
  /** Measures that the scenario brings; absent where it brings none. */
  own: z.record(z.string(), z.object({ unit: z.enum(units), means: z.string(), limit: limitShape })).optional(),
  /** Settings changed for this run by `--with`. */
  changed: z.record(z.string(), z.string()),
  seed: z.int(),
  /** Of pgdrill. Absent in journals of version 0.1. */
  version: z.string().optional(),
  /** Who ran it: the account of the CI system, or of the operating system. */
  by: z.string().optional(),
  /** The git repository that the command was called in. */
  repository: z.object({ revision: z.string(), dirty: z.boolean() }).optional(),
  host: z.object({ os: z.string(), kernel: z.string(), cpus: count, memoryBytes: count, node: z.string() }),
  command: z.string(),
});

/** One stream of probes: where it goes, what it does, how often, and how late an answer may be and still be good. */
const streamSchema = z.object({
  name: z.string(),
  /**
   * `pooler`: write through one pooler; `direct`: write to the primary's service; `readonly`: read from a replica; `api`:
   * an HTTP request to a service that writes through a pooler.
   */
  path: z.enum(['pooler', 'direct', 'readonly', 'api']),
  /** Whether each slot opens a connection of its own. */
  fresh: z.boolean(),
  stepUs: z.int().positive(),
  limitUs: z.int().positive(),
  /** The service tries again what failed. */
  retries: z.boolean().optional(),
});
export type Stream = z.infer<typeof streamSchema>;

/** Whether each request of a stream is a write that this stream itself brings to the database. */
export const isDatabaseWrite = ({ path }: Pick<Stream, 'path'>): boolean => path === 'pooler' || path === 'direct';

/** The stack as it was found once it was open. */
export const stackLine = line('stack', {
  versions: z.record(z.string(), z.string()),
  /** Settings in force, by `program.setting`: `pgbouncer.server_login_retry`, `patroni.ttl`; with their unit. */
  settings: z.record(z.string(), z.string()),
  instances: z.array(z.object({ name: z.string(), address: z.string(), host: z.string() })),
  poolers: z.array(z.string()),
  streams: z.array(streamSchema),
  /** How clients reach the system. */
  path: z.string(),
  /** Several runs share it: others before this one may have warmed its caches and moved its primary. */
  shared: z.boolean().optional(),
  /** The user's manifests that it was made from; absent where they are this tool's own or the cluster existed. */
  manifests: manifestsShape.optional(),
});

/** An instance has another address than the `stack` line says: its pod or host was recreated. */
const instanceLine = line('instance', { name: z.string(), address: z.string(), host: z.string() });

/** What the outage is expected to be, computed from the timers found before anything is broken. */
const predictionLine = line('prediction', {
  lowMs: z.number(),
  highMs: z.number(),
  phases: z.array(z.object({ phase: z.string(), lowMs: z.number(), highMs: z.number(), why: z.string() })),
});

const phases = ['prepare', 'steady', 'fault', 'settle', 'verify'] as const;
const phaseLine = line('phase', {
  phase: z.enum(phases),
  note: z.string().optional(),
  /** Of `fault`: what is about to be injected. */
  announces: z.object({ fault: z.string(), target: z.string() }).optional(),
});

/** Writes of the ledger. `due` is the intended start relative to `baseUs`; `late` the scheduler's own lateness. */
const opLine = line('op', {
  n: count,
  baseUs: us,
  worker: column,
  op: column,
  /** The op of the request's first attempt: a client that retries writes again, under a new op. Absent: no retries. */
  request: column.optional(),
  due: column,
  late: column,
  /** When the statement's bytes were written, relative to due; −1: never sent. */
  sent: column,
  /** When the outcome was known, relative to due. */
  done: column,
  outcome: column,
  /** Index into `errors`, −1 for none. */
  error: column,
  errors: z.array(z.string()),
  /** Index into `servers` (addresses of the server that took the write), −1 where unknown. */
  server: column,
  servers: z.array(z.string()),
  timeline: column,
  /** `pg_current_wal_insert_lsn()` as a byte position, 0 where unknown. */
  lsn: column,
});

/** Connection attempts of the writers. */
const connectLine = line('connect', attemptShape);

/** Consecutive slots of one stream: slot i was due at `fromUs + i × stepUs` and has number `firstSlot + i`. */
const probeLine = line('probe', {
  n: count,
  stream: z.string(),
  firstSlot: count,
  fromUs: us,
  stepUs: z.int().positive(),
  /** Actual start − intended start; −1: never started (queued behind a busy connection until too late). */
  late: column,
  /** Outcome known − intended start: the response time as a user counts it. */
  took: column,
  outcome: column,
  error: column,
  errors: z.array(z.string()),
  server: column,
  servers: z.array(z.string()),
  /** The slot number found in the database before this slot's own change (writes) or read (reads); −1 unknown. */
  saw: column,
});

export const observers = ['sql', 'platform', 'route'] as const;
/**
 * A change of role, with who saw it: `sql` asked the instance, `platform` is the HA manager, `route` the proxy or
 * endpoint. `lost`: the manager gave the primary up; `elected`: it chose a new one; `routed`: clients are sent to it.
 */
const roleLine = line('role', {
  observer: z.enum(observers),
  instance: z.string(),
  role: z.enum(['primary', 'replica', 'lost', 'elected', 'routed', 'unrouted', 'unreachable']),
  timeline: z.int().optional(),
  /** The change happened in [afterUs, tUs]: the last look before it, where the observer polls. */
  afterUs: us.optional(),
  detail: z.string().optional(),
});

/** How far a standby is, seen from the primary (pg_stat_replication) and from itself (pg_stat_wal_receiver). */
const replicaLine = line('replica', {
  instance: z.string(),
  /** Streaming as both sides see it. */
  streaming: z.boolean(),
  syncState: z.string(),
  /** The standby's `sync_state` in pg_stat_replication, `none` where it is not listed; absent where the primary did not answer. */
  primarySays: z.string().optional(),
  /** When the look began: what it says is of a moment since then. */
  afterUs: us.optional(),
  lagBytes: z.number(),
  /** How far it had replayed, as a byte position; of the primary, how far it had written. Absent before version 0.2. */
  replayedLsn: z.number().optional(),
  timeline: z.int(),
});

/** What an instance keeps of WAL, and what its replication slots hold back: every five seconds, of each that answers. */
const storageLine = line('storage', {
  instance: z.string(),
  /** The files in pg_wal together; absent where the account may not list them. */
  walBytes: z.number().optional(),
  /** `status` is `wal_status`: `lost` where the WAL that a slot needs is gone; `active` while a client reads from it. */
  slots: z.array(z.object({ name: z.string(), active: z.boolean(), status: z.string(), keptBytes: z.number() })),
});

/** The final read of the ledger from one instance: the multiset R, as ranges [from, to] of op numbers a worker. */
const ledgerLine = line('ledger', {
  instance: z.string(),
  role: z.enum(['primary', 'replica']),
  timeline: z.int(),
  /** Where each timeline after the first forked off its parent, as byte positions. */
  forks: z.array(z.object({ timeline: z.int(), lsn: z.number() })),
  ...ledgerShape,
});

/** What an exporter reported when it was scraped: values by the name of the metric with its labels. */
const metricLine = line('metric', { source: z.string(), values: z.record(z.string(), z.number()) });

export const eventSchema = z.discriminatedUnion('kind', [
  runLine,
  stackLine,
  instanceLine,
  predictionLine,
  phaseLine,
  opLine,
  connectLine,
  probeLine,
  roleLine,
  faultLine,
  poolLine,
  poolLogLine,
  logLine,
  activityLine,
  replicaLine,
  storageLine,
  ledgerLine,
  metricLine,
  alertLine,
  alertWatchLine,
  markLine,
  archiveLine,
  archiveCallLine,
  backupLine,
  restoreLine,
  proofLine,
  storeLine,
  residueLine,
  requestLine,
  transactionLine,
  sessionLine,
  clientLine,
  clientPoolLine,
  clientEndLine,
  afterwardsLine,
  stallLine,
  generatorLine,
  noteLine,
  endLine,
]);
export type JournalEvent = z.infer<typeof eventSchema>;
export type EventKind = JournalEvent['kind'];
export type EventOf<K extends EventKind> = Extract<JournalEvent, { kind: K }>;
/** An event before the writer numbers it. */
export type Draft<K extends EventKind = EventKind> = K extends EventKind ? Omit<EventOf<K>, 'seq'> : never;
/** How many sequence numbers a line takes. */
export const rowsOf = (event: { kind: string; n?: number }): number =>
  ['op', 'connect', 'probe', 'request', 'txn', 'session'].includes(event.kind) ? (event.n ?? 1) : 1;
