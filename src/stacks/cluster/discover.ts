/** Discovers topology, poolers, operator and ways in from the API, and changes nothing. */
import { didYouMean, SetupError, UsageError } from '../../errors.ts';
import type { Topology } from '../../scenario/topology.ts';
import { hideSecrets } from '../../secrets.ts';
import { apiMessage, apiStatus, type Kube } from '../cnpg/api/kube.ts';
import { instanceSelector, labels, type Site } from '../cnpg/names.ts';
import {
  type Backup,
  backupKind,
  type Cluster,
  clusterKind,
  isReady,
  type Pod,
  type Pooler,
  podKind,
  poolerKind,
  refTo,
  type Secret,
  type Service,
  secretKind,
  serviceKind,
} from '../cnpg/objects.ts';
import { topologyOf } from '../cnpg/topology.ts';

/** A Pooler that leads to the primary, and its pods that are ready. */
interface FoundPooler {
  readonly pooler: Pooler;
  readonly pods: readonly Pod[];
}
export interface Found {
  readonly cluster: Cluster;
  readonly instances: readonly Pod[];
  readonly poolers: readonly FoundPooler[];
  readonly services: readonly Service[];
  readonly backups: readonly Backup[];
  readonly topology: Topology;
}

/** @throws UsageError where the namespace, Cluster or Pooler does not exist; SetupError where the API does not answer */
export async function discover(kube: Kube, site: Site): Promise<Found> {
  const cluster = await findCluster(kube, site);
  const { namespace } = site;
  const [instances, poolers, services, backups] = await Promise.all([
    kube.list<Pod>(podKind, namespace, instanceSelector(site.cluster)),
    kube.list<Pooler>(poolerKind, namespace),
    kube.list<Service>(serviceKind, namespace),
    kube.list<Backup>(backupKind, namespace),
  ]);
  const leading = poolers.filter(({ spec }) => spec.cluster.name === site.cluster && (spec.type ?? 'rw') === 'rw');
  if (leading.length === 0)
    throw new UsageError(
      `the Cluster ${site.cluster} should have a Pooler of type rw, but has none; drills go through the pooler`,
    );
  const found = await Promise.all(
    leading.map(async (pooler) => ({
      pooler,
      pods: (await kube.list<Pod>(podKind, namespace, `${labels.pooler}=${pooler.metadata.name}`)).filter(isReady),
    })),
  );
  const empty = found.find(({ pods }) => pods.length === 0);
  if (empty)
    throw new UsageError(`the Pooler ${empty.pooler.metadata.name} has no pod that is ready; see why, and try again`);
  const own = backups.filter(({ spec }) => spec?.cluster?.name === site.cluster);
  return { cluster, instances, poolers: found, services, backups: own, topology: topologyOf(cluster, leading) };
}

/** @throws UsageError where none has this name, with the nearest */
export async function findCluster(kube: Kube, { namespace, cluster: name }: Site): Promise<Cluster> {
  try {
    const cluster = await kube.read<Cluster>(refTo(clusterKind, name, namespace));
    if (cluster) return cluster;
    // A drill's own account may read this one Cluster only; then nothing is known of others.
    const all = await kube.list<Cluster>(clusterKind, namespace).catch(unlessForbidden);
    const known = (all ?? []).map(({ metadata }) => metadata.name);
    if (all?.length === 0)
      throw new UsageError(
        `namespace ${namespace} has no Cluster; kubectl get clusters.postgresql.cnpg.io -A lists all`,
      );
    throw new UsageError(`namespace ${namespace} has no Cluster ${name}${didYouMean(name, known)}`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw explained(error, `clusters.postgresql.cnpg.io in ${namespace}`);
  }
}

function unlessForbidden(error: unknown): undefined {
  if (apiStatus(error) !== 403) throw error;
}

/** An error of the API as a sentence; that it does not answer is one already. */
export function explained(error: unknown, what: string): Error {
  const status = apiStatus(error);
  if (status === 403 || status === 401)
    return new UsageError(`${what} may not be read by this user: ${apiMessage(error)}`, { cause: error });
  if (status === undefined && error instanceof SetupError) return error;
  return new SetupError(`${what} could not be read: ${apiMessage(error)}`, { cause: error });
}

export interface Account {
  readonly user: string;
  readonly password: string;
}

/** @throws UsageError where the Secret is missing, may not be read, or is not one of `kubernetes.io/basic-auth` */
export async function readAccount(kube: Kube, { namespace }: Site, name: string): Promise<Account> {
  const secret = await kube.read<Secret>(refTo(secretKind, name, namespace)).catch((error: unknown) => {
    throw explained(error, `the Secret ${name} in ${namespace}`);
  });
  if (!secret)
    throw new UsageError(`namespace ${namespace} has no Secret ${name}; --secret names one with username and password`);
  const value = (key: string) => Buffer.from(secret.data?.[key] ?? '', 'base64').toString();
  const [user = '', password = ''] = [value('username'), value('password')];
  hideSecrets([password]);
  if (user && password) return { user, password };
  throw new UsageError(
    `the Secret ${name} should have username and password, but has ${Object.keys(secret.data ?? {}).join(', ') || 'nothing'}`,
  );
}
