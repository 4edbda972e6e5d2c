/** What backups of a Cluster need of the stack that it runs on. */
import { SetupError } from '../../../errors.ts';
import type { ObjectStore } from '../../backup/object-store.ts';
import type { ClusterAt } from '../faults/fault.ts';
import { type Cluster, clusterKind, refTo } from '../objects.ts';
import { archivingPlugin, objectStoreOf } from './objects.ts';

export interface BackupSite extends ClusterAt {
  readonly store: ObjectStore;
  /** The port on the nodes that leads to a restored instance, and where it is reached from here. */
  readonly restorePort: number;
  reach(port: number): { readonly host: string; readonly port: number };
}

/** @throws SetupError where it is gone, or archives nothing that could be restored */
export async function clusterOf({ kube, site }: BackupSite): Promise<Cluster> {
  const cluster = await kube.read<Cluster>(refTo(clusterKind, site.cluster, site.namespace));
  if (!cluster) throw new SetupError(`the Cluster ${site.cluster} should be in ${site.namespace}, but is not`);
  const plugin = archivingPlugin(cluster);
  if (plugin)
    throw new SetupError(
      `the Cluster ${site.cluster} is backed up by the plugin ${plugin}; drills can restore what spec.backup.barmanObjectStore archives, not yet what a plugin does`,
    );
  if (!objectStoreOf(cluster))
    throw new SetupError(`the Cluster ${site.cluster} has no spec.backup.barmanObjectStore, so there are no backups`);
  return cluster;
}
