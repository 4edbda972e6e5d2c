/**
 * The names that limits may use, each with what it means. The formulas are in `docs/METRICS.md`; the code of a measure
 * is in the file that `from` names.
 */
export type Unit = 'ms' | 's' | 'bytes' | 'count' | 'perSecond' | 'ratio';

export interface MetricSpec {
  readonly unit: Unit;
  readonly means: string;
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
  freshWriteOutageMs: spec('ms', 'as writeOutageMs, for clients that connect anew each time'),
  writeDowntimeMs: spec('ms', 'all episodes of the slowest pooler’s write stream together'),
  poolerPenaltyMs: spec('ms', 'how much later the last pooler recovered than the direct stream'),
  onsetMs: spec('ms', 'from the fault to the first bad write'),
  degradedMs: spec('ms', 'time with good but slow, or too few, requests'),
  failedRequests: spec('count', 'writes intended that were not acknowledged'),
  requestsFailed: spec(
    'count',
    'requests to the HTTP service over the pooler that failed, where it does not try again',
  ),
  requestsFailedWithRetry: spec('count', 'those that failed although the service tried again'),
  k6RequestsFailed: spec('count', 'requests of a k6 script to that service that failed'),
  clientGapP95Ms: spec('ms', 'the longest gap between acknowledged writes of a client: 95th percentile of the clients'),
  stormMs: spec('ms', 'how long a storm of new server connections lasted; 0 if there was none'),
  holdMs: spec(
    'ms',
    'how long a pooler opened no server connection although the server was there; 0 if it was no hold',
  ),
  connectAmplification: spec('ratio', 'server connections opened until a pooler was calm, as a multiple of its pool'),
  peakServerConnectsPerSecond: spec('perSecond', 'most server connections that the poolers opened in any one second'),
  rejectedConnections: spec('count', 'connections that PostgreSQL turned away (SQLSTATE 53300)'),
  backendsForked: spec('count', 'connections that PostgreSQL received from clients and poolers since the fault'),
  clientWaitSeconds: spec('s', 'client-seconds spent in the poolers’ queues since the fault'),
  maxWaitMs: spec('ms', 'longest that a client was seen waiting in a pooler’s queue'),
  drainMs: spec('ms', 'from the server’s return until the last pooler worked as before'),
  clientChurn: spec('ratio', 'logins of the load’s clients since the fault, as a multiple of the clients'),
  retryFactor: spec('ratio', 'attempts for each request of the load'),
  detectMs: spec('ms', 'from the fault until the HA manager said so'),
  electMs: spec('ms', 'from there until a new primary was chosen'),
  promoteMs: spec('ms', 'from there until it was out of recovery on a new timeline'),
  routeMs: spec('ms', 'from there until clients were sent to it'),
  reconnectMs: spec('ms', 'from there until a pooler had a new server connection'),
  residualMs: spec('ms', 'the rest until the first good write'),
  lostWrites: spec('count', 'acknowledged writes that are not there', { safety: true }),
  undeclaredLosses: spec('count', 'lost writes beyond what the topology declares', { safety: true }),
  resurrectedWrites: spec('count', 'writes that certainly failed and are there all the same', { safety: true }),
  duplicatedWrites: spec('count', 'writes that are there more than once', { safety: true }),
  foreignWrites: spec('count', 'rows that no client of this run wrote', { safety: true }),
  lostWindowMs: spec('ms', 'from the first lost write’s acknowledgement to the fault'),
  lostBytes: spec('bytes', 'WAL acknowledged beyond the point where the new timeline forked'),
  splitBrainMs: spec('ms', 'how long two timelines acknowledged writes at once', { safety: true }),
  staleReadMs: spec('ms', 'the longest that a read from a replica missed an acknowledged write'),
  primaryStaleReads: spec('count', 'reads on the primary that missed an acknowledged write', { safety: true }),
  monotonicViolations: spec('count', 'reads that went back behind an earlier read of the same session'),
  recoveryMs: spec('ms', 'from the fault until every instance streams again'),
  backupMs: spec('ms', 'from the order until a base backup and the WAL that it needs are in the store'),
  failedBackups: spec('count', 'base backups that failed'),
  restoreMs: spec('ms', 'from the order until a restored instance takes writes'),
  failedRestores: spec('count', 'restores that failed', { safety: true }),
  pitrMissing: spec('count', 'writes acknowledged before the moment restored to that are not there', { safety: true }),
  pitrExtra: spec('count', 'writes that are there although sent after that moment, or never', { safety: true }),
  pitrAmbiguous: spec('count', 'writes too near to that moment to say'),
  restoredDamage: spec('count', 'what a restored instance holds that is damaged or lacks', { safety: true }),
  restoreLostWrites: spec('count', 'acknowledged writes that a restore as far as the archive goes lacks'),
  restoreLossMs: spec('ms', 'from the first of them to the fault'),
  archiveLagMs: spec('ms', 'age of the oldest write that was not archived, at the fault'),
  archiveDrainMs: spec('ms', 'from the return of the object store until no WAL waits for it'),
  archiveSwitchMs: spec('ms', 'from the first write on a new timeline until WAL of it is archived'),
  archiveHoles: spec('count', 'WAL segments behind the oldest backup that are not in the archive', { safety: true }),
  archiveFailures: spec('count', 'attempts to archive that failed'),
  deposedAcksMs: spec('ms', 'how long after the fault a primary that was replaced went on acknowledging writes'),
  exposedWrites: spec('count', 'writes acknowledged while no standby held them, though the topology promises it'),
  promotions: spec('count', 'instances that became primary of a new timeline'),
  forbiddenPromotions: spec('count', 'instances that became primary although they were not synchronous', {
    safety: true,
  }),
  silentAlerts: spec('count', 'alerts that should have fired and did not'),
  missedAlerts: spec('count', 'alert conditions that held without a scrape that told of them'),
  alertDelayMs: spec('ms', 'from the moment that an alert condition held until a scrape told of it'),
  residue: spec('count', 'what the run left behind', { safety: true }),
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof metrics;
export const metricNames = Object.keys(metrics) as readonly MetricName[];
export const isMetric = (name: string): name is MetricName => Object.hasOwn(metrics, name);
