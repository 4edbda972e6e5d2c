/** What a drill will touch, shown before it does. Pure. */
import { contractOf, type FaultKind, faults } from '../../../faults/index.ts';
import type { Load } from '../../../scenario/load.ts';
import type { Found } from '../discover.ts';
import type { ClusterOptions } from '../options.ts';

export interface Planned {
  readonly scenario: string;
  readonly needs: readonly FaultKind[];
  readonly load: Load;
  /** It breaks a target while another is broken. */
  readonly breaksSeveral?: boolean;
  /** Backups are restored. */
  readonly restores?: boolean;
}

/** @param path the ways in */
export function previewLines(found: Found, options: ClusterOptions, plans: readonly Planned[], path: string): string[] {
  const { cluster, instances, poolers, topology } = found;
  const { status = {}, metadata } = cluster;
  const wanted = [...new Set(plans.flatMap(({ needs }) => needs))];
  return [
    `cluster    ${metadata.name} (UID ${metadata.uid}) in ${options.namespace} of ${options.context}: ${status.phase}`,
    `           ${topology.instances} instances, durability ${topology.durability}, PostgreSQL from ${status.image ?? 'an image unknown'}`,
    ...instances.map(
      ({ metadata: { name, uid }, spec }) =>
        `instance   ${name} (UID ${uid}) on node ${spec.nodeName}${name === status.currentPrimary ? ', the primary' : ''}`,
    ),
    ...poolers.map(
      ({ pooler, pods }) =>
        `pooler     ${pooler.metadata.name} (UID ${pooler.metadata.uid}), pool_mode ${pooler.spec.pgbouncer?.poolMode ?? 'session'}: ${pods.map(({ metadata }) => metadata.name).join(', ')}`,
    ),
    `ways in    ${path}`,
    `backup     ${lastBackup(found)}`,
    ...plans.map(
      ({ scenario, load }) =>
        `drill      ${scenario}: ${load.ratePerSecond} writes/s from ${load.writers} clients, about ${perMinute(load)} a minute into schema pgdrill of ${options.database}, dropped at the end`,
    ),
    ...wanted.map((fault) => `fault      ${fault}: ${faults[fault].means}; undone: ${faults[fault].undoneBy}`),
    ...(wanted.some((fault) => contractOf(fault)?.onCluster?.agent)
      ? [
          `also       a privileged pod on the node of the instance that is broken, from the image of the instances, removed at the end`,
        ]
      : []),
    ...(plans.some(({ restores }) => restores)
      ? [
          `also       the namespace ${options.restore.namespace ?? `pgdrill-restore-${metadata.name.slice(0, 40)}-…`}: a Cluster of one instance with ${cluster.spec.storage?.size ?? 'its'} storage, restored from ${options.restore.backup ?? 'the newest backup'}; removed at the end with its volumes`,
        ]
      : []),
    ...(options.generators > 0
      ? [`also       the Job pgdrill-load-${metadata.name}: ${options.generators} pods that the writers run in`]
      : []),
    ...(wanted.length > 0 || plans.some(({ restores }) => restores)
      ? [`also       the lease pgdrill-${metadata.name}; deleting it stops the drill`]
      : []),
  ];
}

function lastBackup({ backups }: Found): string {
  const ends = backups.flatMap(({ metadata, status }) =>
    status?.phase === 'completed' && status.stoppedAt ? [`${status.stoppedAt} (${metadata.name})`] : [],
  );
  return ends.sort().at(-1) ?? 'none completed';
}

/** A row of the ledger and its WAL are about 120 bytes. */
const perMinute = ({ ratePerSecond }: Load): string => `${((ratePerSecond * 60 * 120) / 1e6).toFixed(1)} MB`;
