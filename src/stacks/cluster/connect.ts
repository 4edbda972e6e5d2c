/** The instances of a cluster, and superusers' connections to each: by their own sockets, through the API server. */
import type { Client, ClientConfig } from 'pg';
import { SetupError } from '../../errors.ts';
import type { Instance } from '../../faults/target.ts';
import { connectSocket } from '../cnpg/api/socket.ts';
import type { ClusterAt } from '../cnpg/faults/at.ts';
import { instanceSelector, postgresContainer } from '../cnpg/names.ts';
import { type Cluster, clusterKind, type Pod, podKind, refTo } from '../cnpg/objects.ts';

const connectWithinMs = 3_000;

/** All instances that the operator names. One whose pod was deleted is one all the same. */
export async function listInstances({ kube, site }: ClusterAt): Promise<readonly Instance[]> {
  const [cluster, pods] = await Promise.all([
    kube.read<Cluster>(refTo(clusterKind, site.cluster, site.namespace)),
    kube.list<Pod>(podKind, site.namespace, instanceSelector(site.cluster)),
  ]);
  const names = cluster?.status?.instanceNames ?? pods.map(({ metadata }) => metadata.name);
  return [...names].sort().map((name) => {
    const pod = pods.find(({ metadata }) => metadata.name === name);
    return { kind: 'instance', name, host: pod?.spec.nodeName ?? '', address: pod?.status?.podIP ?? '' };
  });
}

/** @throws SetupError if CloudNativePG has no primary */
export async function currentPrimary(at: ClusterAt): Promise<Instance> {
  const cluster = await at.kube.read<Cluster>(refTo(clusterKind, at.site.cluster, at.site.namespace));
  const name = cluster?.status?.currentPrimary;
  const instance = (await listInstances(at)).find((one) => one.name === name);
  if (!instance) throw new SetupError('CloudNativePG has no primary now; wait until one is elected');
  return instance;
}

/**
 * A superuser looks up names in the system catalogue alone: otherwise the owner of a database could put a view of their own
 * before pg_stat_replication (`alter database … set search_path`), whose functions would then run as superuser. Nor does it
 * become another role (`alter database … set role`). What is given when the session begins counts more than the database's settings.
 */
export const catalogueOnly = '-c search_path=pg_catalog -c role=none';

/** Connects as superuser. @throws Error where the instance is down, or its node is cut off */
export const connectInstance = (
  { kube, site }: ClusterAt,
  instance: string,
  database: string,
  limits: ClientConfig = {},
): Promise<Client> =>
  connectSocket(
    kube,
    { namespace: site.namespace, pod: instance, container: postgresContainer },
    { user: 'postgres', database, options: catalogueOnly, ...limits },
    limits.connectionTimeoutMillis ?? connectWithinMs,
  );
