/** What a cluster must be like before a drill: everything healthy, nothing else going on. Pure. */
import type { Backup, Cluster, Pod, Pooler } from '../../cnpg/objects.ts';
import type { SteadyLimits } from '../options.ts';

/** A standby as the primary sees it. */
export interface Standby {
  readonly name: string;
  readonly state: string;
  readonly lagBytes: number;
}
/** A clock inside the cluster, against this machine's. */
export interface ClockSeen {
  readonly where: string;
  readonly offsetMs: number;
  /** Half of the time that asking took. */
  readonly plusMinusMs: number;
}
export interface Health {
  readonly cluster: Cluster;
  readonly instances: readonly Pod[];
  readonly backups: readonly Backup[];
  readonly standbys: readonly Standby[];
  /** Share of the volume that is used, by instance. */
  readonly volumes: ReadonlyMap<string, number>;
  readonly clocks: readonly ClockSeen[];
}

/** Times of poolers' logs are compared with this machine's. */
const clockLimitMs = 1_000;

/** Everything that speaks against a drill now, a sentence an entry. */
export function hindrances(health: Health, limits: SteadyLimits, now: Date): string[] {
  return [
    ...ofTheOperator(health),
    ...(health.cluster.spec.instances >= limits.instances
      ? []
      : ['it has one instance, so that nothing can take over']),
    ...ofReplication(health, limits),
    ...ofBackups(health, limits, now),
    ...[...health.volumes]
      .filter(([, used]) => used > limits.volumeUsed)
      .map(
        ([name, used]) =>
          `the volume of ${name} is ${percent(used)} full, and ${percent(limits.volumeUsed)} is the limit`,
      ),
    ...health.clocks
      .filter(({ offsetMs, plusMinusMs }) => Math.abs(offsetMs) - plusMinusMs > clockLimitMs)
      .map(
        ({ where, offsetMs }) =>
          `the clock of ${where} is off by ${(offsetMs / 1_000).toFixed(1)} s; set it right, or run the drill where it agrees`,
      ),
  ];
}

/** What the operator itself says against a drill. */
export function ofTheOperator({ cluster, instances }: Pick<Health, 'cluster' | 'instances'>): string[] {
  const { spec, status = {}, metadata } = cluster;
  const { phase = 'not seen by the operator yet', readyInstances = 0, currentPrimary, targetPrimary } = status;
  const leaving = instances.filter(({ metadata }) => metadata.deletionTimestamp).map(({ metadata }) => metadata.name);
  return [
    ...(/healthy/i.test(phase) ? [] : [`the operator says of ${metadata.name}: ${phase}`]),
    ...(readyInstances >= spec.instances ? [] : [`${readyInstances} of ${spec.instances} instances are ready`]),
    ...(currentPrimary === targetPrimary
      ? []
      : [`a switchover from ${currentPrimary} to ${targetPrimary} is under way`]),
    ...(leaving.length === 0 ? [] : [`${leaving.join(', ')} is being deleted`]),
  ];
}

/** Nobody gets through a Pooler that is paused, and why would not show. */
export const ofPoolers = (poolers: readonly Pooler[]): string[] =>
  poolers
    .filter(({ spec }) => spec.pgbouncer?.paused)
    .map(({ metadata: { name } }) => `the Pooler ${name} is paused; set its spec.pgbouncer.paused to false`);

function ofReplication({ cluster, standbys }: Health, { lagBytes }: SteadyLimits): string[] {
  const streaming = standbys.filter(({ state }) => state === 'streaming');
  const wanted = cluster.spec.instances - 1;
  return [
    ...(streaming.length >= wanted ? [] : [`${streaming.length} of ${wanted} standbys stream`]),
    ...standbys
      .filter((standby) => standby.lagBytes > lagBytes)
      .map(({ name, lagBytes: bytes }) => `${name} lags ${bytes} bytes behind, and ${lagBytes} is the limit`),
  ];
}

function ofBackups({ backups }: Health, { backupAgeS }: SteadyLimits, now: Date): string[] {
  const running = backups.filter(({ status }) => /^(running|started|pending|finalizing)$/i.test(status?.phase ?? ''));
  const busy = running.length > 0 ? [`the backup ${running[0]!.metadata.name} is running`] : [];
  if (backupAgeS === undefined) return busy;
  const ends = backups.flatMap(({ status }) =>
    status?.phase === 'completed' && status.stoppedAt ? [Date.parse(status.stoppedAt)] : [],
  );
  const hint = 'make one, or say --backup-age none';
  if (ends.length === 0) return [...busy, `no completed backup exists to go back to; ${hint}`];
  const ageS = (now.getTime() - Math.max(...ends)) / 1_000;
  if (ageS <= backupAgeS) return busy;
  return [
    ...busy,
    `the last backup is ${Math.round(ageS / 3_600)} h old, and ${Math.round(backupAgeS / 3_600)} h is the limit; ${hint}`,
  ];
}

const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;
