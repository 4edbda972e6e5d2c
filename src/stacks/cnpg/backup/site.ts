/** What backups of a Cluster need of the stack that it runs on. */
import { SetupError } from '../../../errors.ts';
import type { ObjectStore } from '../../../object-store/object-store.ts';
import type { ClusterAt } from '../faults/at.ts';
import { type Cluster, clusterKind, refTo } from '../objects.ts';
import { type Archiver, archiverOf } from './archiver.ts';

export interface BackupSite extends ClusterAt {
  readonly store: ObjectStore;
  /** The port on the nodes that leads to a restored instance, and where it is reached from here. */
  readonly restorePort: number;
  reach(port: number): { readonly host: string; readonly port: number };
}
export interface BackedUp extends BackupSite {
  /** As it was at first: a disaster may take it away. */
  readonly source: Cluster;
  readonly archiver: Archiver;
}

/** @throws SetupError where it is gone, or archives nothing that could be restored */
export async function backedUp(at: BackupSite): Promise<BackedUp> {
  const { kube, site } = at;
  const source = await kube.read<Cluster>(refTo(clusterKind, site.cluster, site.namespace));
  if (!source) throw new SetupError(`the Cluster ${site.cluster} should be in ${site.namespace}, but is not`);
  return { ...at, source, archiver: await archiverOf(at, source) };
}
