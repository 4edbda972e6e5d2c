/**
 * The names that limits may use, each with what it means. The formulas are in `docs/METRICS.md`; the code of a measure
 * is in the file that `from` names.
 */
import type { units } from '../journal/line.ts';

export type Unit = (typeof units)[number];

export interface MetricSpec {
  readonly unit: Unit;
  readonly means: string;
  /** What people call it, where the name's own words are not that. */
  readonly title?: string;
  /** A safety metric fails on one occurrence, whatever the other runs say. */
  readonly safety?: true;
  /** Where more is better, so that limits have a `min`; everything else has a `max`. */
  readonly higherIsBetter?: true;
}

const spec = (unit: Unit, means: string, more: Partial<MetricSpec> = {}): MetricSpec => ({ unit, means, ...more });

export const metrics = {
  writeOutageMs: spec('ms', 'longest time without a good write through the slowest pooler (the RTO that is gated)'),
  directOutageMs: spec('ms', 'longest time without a good write on the primary’s own service'),
  readOutageMs: spec('ms', 'longest time without a good read from a replica'),
  freshWriteOutageMs: spec('ms', 'as writeOutageMs, for clients that reconnect each time', {
    title: 'write outage of new connections',
  }),
  writeDowntimeMs: spec('ms', 'all episodes of the slowest pooler’s write stream together', {
    title: 'total time without writes',
  }),
  poolerPenaltyMs: spec('ms', 'how much later the last pooler recovered than the direct stream', {
    title: 'added by PgBouncer',
  }),
  onsetMs: spec('ms', 'from the fault to the first bad write', { title: 'fault to first failed write' }),
  degradedMs: spec('ms', 'time with good but slow, or too few, requests', { title: 'slow or partial service' }),
  slowMs: spec('ms', 'time in which writes were acknowledged, and too late for probes that wait for a second', {
    title: 'slow service',
  }),
  silenceMs: spec('ms', 'longest time in which nobody got a write acknowledged, on any path', {
    title: 'longest time without any acknowledged write',
  }),
  cutOffShare: spec('ratio', 'largest share of the clients whose pooler did not serve at the same time', {
    title: 'share of clients cut off',
  }),
  failedRequests: spec('count', 'writes intended that were not acknowledged', { title: 'failed writes' }),
  requestsFailed: spec(
    'count',
    'requests to the HTTP service over the pooler that failed, where it does not try again',
    { title: 'failed HTTP requests' },
  ),
  requestsFailedWithRetry: spec('count', 'those that failed although the service tried again', {
    title: 'failed HTTP requests despite retries',
  }),
  k6RequestsFailed: spec('count', 'requests of a k6 script to that service that failed', {
    title: 'failed k6 requests',
  }),
  clientGapP95Ms: spec(
    'ms',
    'the longest gap between acknowledged writes of a client: 95th percentile of the clients',
    { title: 'longest wait of a client (95th percentile)' },
  ),
  stormMs: spec('ms', 'how long a storm of new server connections lasted; 0 if there was none', {
    title: 'reconnect storm',
  }),
  holdMs: spec(
    'ms',
    'how long a pooler opened no server connection although the server was available; 0 without a hold',
    { title: 'PgBouncer holding back' },
  ),
  connectAmplification: spec('ratio', 'server connections opened until a pooler was calm, as a multiple of its pool', {
    title: 'server connections opened, per pool size',
  }),
  peakServerConnectsPerSecond: spec('perSecond', 'most server connections that the poolers opened in any one second', {
    title: 'peak of new server connections',
  }),
  rejectedConnections: spec('count', 'connections that PostgreSQL turned away (SQLSTATE 53300)', {
    title: 'refused log-ins',
  }),
  backendsForked: spec('count', 'connections that PostgreSQL received from clients and poolers since the fault', {
    title: 'server processes started',
  }),
  clientWaitSeconds: spec('s', 'client-seconds spent in the poolers’ queues since the fault', {
    title: 'client time in PgBouncer queues',
  }),
  maxWaitMs: spec('ms', 'longest that a client was seen waiting in a pooler’s queue', {
    title: 'longest wait in a PgBouncer queue',
  }),
  drainMs: spec('ms', 'from the server’s return until the last pooler worked as before', {
    title: 'PgBouncer back to normal',
  }),
  clientChurn: spec('ratio', 'logins of the load’s clients since the fault, as a multiple of the clients', {
    title: 'client log-ins, per client',
  }),
  retryFactor: spec('ratio', 'attempts for each request of the load', { title: 'attempts per request' }),
  detectMs: spec('ms', 'from the fault until the HA manager said so', { title: 'detection' }),
  electMs: spec('ms', 'from there until a new primary was chosen', { title: 'choice of a new primary' }),
  leaseMs: spec('ms', 'from there until the lease of the old primary passed to it', {
    title: 'wait for the primary lease',
  }),
  promoteMs: spec('ms', 'from there until it was out of recovery on a new timeline', { title: 'promotion' }),
  faultMs: spec('ms', 'the time for which the fault itself kept the same primary from serving, until it ended', {
    title: 'while the fault lasted',
  }),
  restartMs: spec('ms', 'from the fault until the same primary served again, where it only restarted', {
    title: 'return of the same primary',
  }),
  routeMs: spec('ms', 'from there until clients were sent to it', { title: 'change of route' }),
  reconnectMs: spec('ms', 'from there until a pooler had a new server connection', { title: 'PgBouncer reconnecting' }),
  standbyMs: spec('ms', 'from there until a synchronous standby streamed, which every commit waits for', {
    title: 'wait for a synchronous standby',
  }),
  residualMs: spec('ms', 'the rest until the first good write, which nobody can explain', {
    title: 'unexplained rest',
  }),
  backoffMs: spec('ms', 'from the end of the outage until 95 of 100 clients of the load were served again', {
    title: 'clients’ own back-off',
  }),
  lostWrites: spec('count', 'acknowledged writes that are not there', { safety: true }),
  undeclaredLosses: spec('count', 'lost writes beyond what the topology declares', {
    title: 'lost writes beyond what is allowed',
    safety: true,
  }),
  resurrectedWrites: spec('count', 'writes that certainly failed and exist nevertheless', { safety: true }),
  duplicatedWrites: spec('count', 'writes that the ledger holds more than once', { safety: true }),
  foreignWrites: spec('count', 'rows that no client of this run wrote', { safety: true }),
  lostWindowMs: spec('ms', 'from the first lost write’s acknowledgement to the fault', {
    title: 'lost writes: first one before the fault',
  }),
  lostBytes: spec('bytes', 'WAL acknowledged beyond the point where the new timeline forked', {
    title: 'WAL beyond the fork',
  }),
  splitBrainMs: spec('ms', 'how long two timelines acknowledged writes at once', { safety: true }),
  staleReadMs: spec('ms', 'the longest that a read from a replica missed an acknowledged write', {
    title: 'stale reads on a replica',
  }),
  replayLagMs: spec('ms', 'age of the oldest acknowledged write that a streaming standby had not replayed', {
    title: 'replay lag',
  }),
  readYourWritesMs: spec('ms', 'longest time for which a session missed its own acknowledged write on a replica', {
    title: 'own writes missing on a replica',
  }),
  readYourWritesShare: spec('ratio', 'share of acknowledged writes that the session’s first read on a replica missed', {
    title: 'own writes missed by the first read',
  }),
  lsnWaitMs: spec('ms', 'wait until a replica has replayed a session’s write: 95th percentile', {
    title: 'wait for the LSN of an own write',
  }),
  lsnFloorMisses: spec('count', 'writes missing on a replica that had replayed past them', {
    title: 'writes missing behind the LSN floor',
    safety: true,
  }),
  walPeakBytes: spec('bytes', 'most that the WAL of one instance took on its disk', { title: 'volume of WAL' }),
  slotKeptBytes: spec('bytes', 'most WAL that one replication slot kept', { title: 'WAL kept by a slot' }),
  lostSlots: spec('count', 'replication slots whose WAL was removed before it was read', {
    title: 'invalidated replication slots',
  }),
  primaryStaleReads: spec('count', 'reads on the primary that missed an acknowledged write', {
    title: 'stale reads on the primary',
    safety: true,
  }),
  monotonicViolations: spec('count', 'reads that went back behind an earlier read of the same session', {
    title: 'reads that went backwards',
  }),
  recoveryMs: spec('ms', 'from the fault until every instance streams again', { title: 'full recovery' }),
  backupMs: spec('ms', 'from the order until a base backup and the WAL that it needs are in the store', {
    title: 'base backup',
  }),
  failedBackups: spec('count', 'base backups that failed'),
  restoreMs: spec('ms', 'from the order until a restored instance takes writes', { title: 'restore' }),
  failedRestores: spec('count', 'restores that failed', { safety: true }),
  backupAgeMs: spec('ms', 'age of the oldest base backup that was restored, when the restore was ordered', {
    title: 'age of the backup',
  }),
  failedAssertions: spec('count', 'your assertions that do not hold on a restored instance', { safety: true }),
  pitrMissing: spec('count', 'writes acknowledged before the moment restored to that are not there', {
    title: 'writes missing after the restore',
    safety: true,
  }),
  pitrExtra: spec('count', 'restored writes that were sent after that moment, or never', {
    title: 'extra writes after the restore',
    safety: true,
  }),
  pitrAmbiguous: spec('count', 'writes too near to that moment to say', { title: 'writes too close to call' }),
  restoredDamage: spec('count', 'what a restored instance holds that is damaged or lacks', {
    title: 'damage in the restored instance',
    safety: true,
  }),
  restoreLostWrites: spec('count', 'acknowledged writes that a restore as far as the archive goes lacks', {
    title: 'writes lost by a restore',
  }),
  restoreLossMs: spec('ms', 'from the first of them to the fault', { title: 'time lost by a restore' }),
  archiveLagMs: spec('ms', 'age of the oldest write that was not archived, at the fault', { title: 'archive lag' }),
  archiveDrainMs: spec('ms', 'from the return of the object store until no WAL waits for it', {
    title: 'archive catching up',
  }),
  archiveSwitchMs: spec('ms', 'from the first write on a new timeline until WAL of it is archived', {
    title: 'archive on the new timeline',
  }),
  archiveHoles: spec('count', 'WAL segments behind the oldest backup that are not in the archive', {
    title: 'holes in the archive',
    safety: true,
  }),
  archiveFailures: spec('count', 'attempts to archive that failed', { title: 'failed archive attempts' }),
  deposedAcksMs: spec('ms', 'how long after the fault a primary that was replaced went on acknowledging writes', {
    title: 'old primary still acknowledging',
  }),
  exposedWrites: spec('count', 'writes acknowledged while no standby held them, though the topology promises it', {
    title: 'writes on one instance only',
  }),
  promotions: spec('count', 'instances that became primary of a new timeline'),
  forbiddenPromotions: spec('count', 'instances that became primary although they were not synchronous', {
    title: 'unsafe promotions',
    safety: true,
  }),
  silentAlerts: spec('count', 'alerts that should have fired and did not', { title: 'alerts that did not fire' }),
  missedAlerts: spec('count', 'alert conditions that held without a scrape that showed them', {
    title: 'alert conditions nobody saw',
  }),
  alertDelayMs: spec('ms', 'from the moment that an alert condition held until a scrape showed it', {
    title: 'delay of alerts',
  }),
  stuckClients: spec('count', 'clients of client programs that never came back although the direct path did', {
    title: 'clients that never came back',
    safety: true,
  }),
  clientRecoveryMs: spec('ms', 'from the return of the direct path to the first good write of the last such client', {
    title: 'return of the last client',
  }),
  clientRequestsFailed: spec('count', 'requests of client programs that certainly did not happen', {
    title: 'failed requests of client programs',
  }),
  clientRequestsUnknown: spec('count', 'requests of client programs that were not acknowledged and may have happened', {
    title: 'requests of client programs in doubt',
  }),
  wrongServerWrites: spec('count', 'writes of client programs to a server that takes none (SQLSTATE 25006)', {
    title: 'writes sent to a standby',
  }),
  retryDuplicates: spec('count', 'requests of client programs that were written more than once', {
    title: 'requests written twice by retries',
    safety: true,
  }),
  preparedStatementErrors: spec('count', 'requests of client programs that failed for a prepared statement', {
    title: 'prepared-statement errors',
  }),
  isolationAnomalies: spec('count', 'anomalies that the declared isolation level of the transactions rules out', {
    safety: true,
  }),
  replicaAnomalies: spec('count', 'anomalies among transactions on the primary and reads on replicas, taken together', {
    title: 'anomalies between primary and replicas',
  }),
  residue: spec('count', 'what the run left behind', { title: 'left behind', safety: true }),
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as readonly MetricName[];
/** What people call a metric: `writeOutageMs` → `write outage`. */
export const titleOf = (metric: MetricName): string =>
  (metrics[metric] as MetricSpec).title ??
  metric
    .replace(/Ms$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
export const isMetric = (name: string): name is MetricName => Object.hasOwn(metrics, name);
