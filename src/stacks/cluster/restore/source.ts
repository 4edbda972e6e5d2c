/** What is restored: a completed Backup of the Cluster, and what reading it takes. */
import { didYouMean, UsageError } from '../../../errors.ts';
import { type Archiver, archiverOf } from '../../cnpg/backup/archiver.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { type Backup, type Cluster, clusterKind, refTo } from '../../cnpg/objects.ts';
import { accountOf, type Identity, identitiesOf } from './identity.ts';
import { classesOf } from './volumes.ts';

export interface RestoreSource {
  readonly cluster: Cluster;
  readonly archiver: Archiver;
  readonly backup: CompletedBackup;
}
interface CompletedBackup {
  /** Of the object, and of the base backup in the store. */
  readonly name: string;
  readonly id: string;
  readonly endedAt: Date;
}

interface Status {
  readonly phase?: string;
  readonly method?: string;
  readonly backupId?: string;
  readonly stoppedAt?: string;
  readonly majorVersion?: number;
}

/**
 * The Backup of this name, or the newest that is complete and that the archiver of the Cluster took.
 * @param backups all of the Cluster's
 * @throws UsageError where it does not exist, is not complete, or is of another major version of PostgreSQL
 */
export async function sourceOf(
  at: ClusterAt,
  { cluster, backups }: { readonly cluster: Cluster; readonly backups: readonly Backup[] },
  wanted: string | undefined,
): Promise<RestoreSource> {
  const archiver = await archiverOf(at, cluster);
  const backup = wanted === undefined ? newest(cluster, backups, archiver) : named(wanted, backups);
  const { majorVersion, backupId = '', stoppedAt = '' } = statusOf(backup);
  const major = majorOf(cluster);
  if (majorVersion && major && majorVersion !== major)
    throw new UsageError(
      `the Backup ${backup.metadata.name} is of PostgreSQL ${majorVersion}, but the Cluster runs ${major}; name a newer one with --backup`,
    );
  return { cluster, archiver, backup: { name: backup.metadata.name, id: backupId, endedAt: new Date(stoppedAt) } };
}

/** How the account of the Cluster opens the store that it archives to; none where Secrets open it. @throws the API's error */
export async function archiveIdentities(at: ClusterAt): Promise<readonly Identity[]> {
  const { cluster: name, namespace } = at.site;
  const cluster = await at.kube.read<Cluster>(refTo(clusterKind, name, namespace));
  return cluster ? identitiesOf(cluster, (await archiverOf(at, cluster)).configuration) : [];
}

/**
 * Which account of a cloud the Cluster has, as `key=value` of its annotations and labels.
 * @returns undefined where the Cluster does not exist
 * @throws the API's error
 */
export async function clusterAccount({
  kube,
  site,
}: Pick<ClusterAt, 'kube' | 'site'>): Promise<readonly string[] | undefined> {
  const cluster = await kube.read<Cluster>(refTo(clusterKind, site.cluster, site.namespace));
  if (!cluster) return undefined;
  const { annotations = {}, labels = {} } = accountOf(cluster.spec)?.metadata ?? {};
  return Object.entries({ ...labels, ...annotations }).map((pair) => pair.join('='));
}

/** The storage classes that the Cluster names. @throws the API's error */
export async function clusterClasses({ kube, site }: Pick<ClusterAt, 'kube' | 'site'>): Promise<readonly string[]> {
  const cluster = await kube.read<Cluster>(refTo(clusterKind, site.cluster, site.namespace));
  return cluster ? classesOf(cluster) : [];
}

const statusOf = ({ status }: Backup): Status => (status ?? {}) as Status;
const isComplete = (backup: Backup): boolean => {
  const { phase, backupId, stoppedAt } = statusOf(backup);
  return phase === 'completed' && Boolean(backupId) && Boolean(stoppedAt);
};

function newest(cluster: Cluster, backups: readonly Backup[], { method }: Archiver): Backup {
  const complete = backups.filter((one) => isComplete(one) && statusOf(one).method === method.method);
  const [last] = complete.sort((a, b) => statusOf(b).stoppedAt!.localeCompare(statusOf(a).stoppedAt!));
  if (last) return last;
  const others = backups.map((one) => `${one.metadata.name} (${statusOf(one).phase ?? 'not begun'})`);
  throw new UsageError(
    `the Cluster ${cluster.metadata.name} has no completed Backup of the method ${method.method}${others.length > 0 ? `; it has ${others.slice(0, 3).join(', ')}` : ''}; take one, then run this again`,
  );
}

function named(wanted: string, backups: readonly Backup[]): Backup {
  const found = backups.find(({ metadata }) => metadata.name === wanted);
  const names = backups.map(({ metadata }) => metadata.name);
  if (!found) throw new UsageError(`the Cluster has no Backup ${wanted}${didYouMean(wanted, names)}`);
  if (isComplete(found)) return found;
  throw new UsageError(
    `the Backup ${wanted} should be completed, but its phase is ${statusOf(found).phase ?? 'not begun'}`,
  );
}

/** By the operand's image: `…/postgresql:18.4-system-trixie`. */
function majorOf({ status, spec }: Cluster): number | undefined {
  const image = status?.image ?? String(spec.imageName ?? '');
  const [, major] = /:(\d+)(?:[.-]|$)/.exec(image) ?? [];
  return major === undefined ? undefined : Number(major);
}
