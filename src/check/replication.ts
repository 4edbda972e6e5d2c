/** How a Cluster replicates. */
import type { Resource } from './resource.ts';

/** Whether commits wait for a standby: `postgresql.synchronous`, or the older `minSyncReplicas`. */
export function isSynchronous(cluster: Resource): boolean {
  return synchronousStandbys(cluster) > 0;
}

/** How many standbys a commit waits for; 0 where it waits for none. */
export function synchronousStandbys(cluster: Resource): number {
  const configured = cluster.at('spec', 'postgresql', 'synchronous');
  if (configured) return cluster.number('spec', 'postgresql', 'synchronous', 'number') ?? 1;
  return cluster.number('spec', 'minSyncReplicas') ?? 0;
}

/** Whether the whole cluster follows another one, and takes no writes of its own. */
export function isReplicaCluster(cluster: Resource): boolean {
  const primary = cluster.text('spec', 'replica', 'primary');
  if (primary !== undefined) return primary !== (cluster.text('spec', 'replica', 'self') ?? cluster.name);
  return cluster.text('spec', 'replica', 'enabled') === 'true';
}

/** Whether this is a throw-away restore: one instance, made by recovery, that nothing else here refers to. */
export function isThrowAwayRestore(cluster: Resource): boolean {
  return cluster.at('spec', 'bootstrap', 'recovery') !== undefined && (cluster.number('spec', 'instances') ?? 1) === 1;
}
