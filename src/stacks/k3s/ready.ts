/** What the cluster must have become at each stage of its start. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from '../../errors.ts';
import { apiMessage, type Kube } from '../cnpg/api/kube.ts';
import { type DrillSite, labels } from '../cnpg/names.ts';
import {
  type Cluster,
  type Deployment,
  isReady,
  type KubeNode,
  type KubeObject,
  type Pod,
  podKind,
} from '../cnpg/objects.ts';
import { namePooler, PoolerPods, poolerNumbered } from '../cnpg/pooler-pods.ts';
import { podTrouble, waitFor } from '../cnpg/ready.ts';
import type { Progress } from '../stack.ts';

const apiWithinMs = 120_000;
const nodesWithinMs = 180_000;
const clusterWithinMs = 420_000;

/** The API answers and the cluster's names resolve: the nodes' log lines say neither. */
export async function apiReady(kube: Kube, signal: AbortSignal): Promise<void> {
  const deadlineMs = performance.now() + apiWithinMs;
  for (let last = ''; ; await sleep(500)) {
    signal.throwIfAborted();
    try {
      const pods = await kube.list<Pod>(podKind, 'kube-system', 'k8s-app=kube-dns');
      if (pods.some(isReady)) return;
      last = pods.map(podTrouble).find(Boolean) ?? 'CoreDNS has no pod yet';
    } catch (error) {
      last = apiMessage(error);
    }
    if (performance.now() > deadlineMs)
      throw new SetupError(`waited ${apiWithinMs / 1000} s for the API and CoreDNS, without success: ${last}`);
  }
}

/** Which nodes are missing of those that there should be; undefined where none is. */
export function nodesMissing(nodes: readonly KubeNode[], count: number): string | undefined {
  const notReady = nodes.flatMap(({ metadata, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    return ready?.status === 'True' ? [] : [`${metadata.name}: ${ready?.message ?? 'it says nothing yet'}`];
  });
  const there = nodes.length - notReady.length;
  return there >= count ? undefined : [`${there} of ${count} are Ready`, ...notReady].join('; ');
}

export async function nodesReady(kube: Kube, count: number, signal: AbortSignal): Promise<void> {
  await waitFor<KubeNode>(kube, {
    what: `${count} nodes to be Ready`,
    path: '/api/v1/nodes',
    missing: (nodes) => nodesMissing(nodes, count),
    withinMs: nodesWithinMs,
    signal,
    namespace: 'default',
  });
}

export async function deploymentReady(kube: Kube, namespace: string, name: string, signal: AbortSignal): Promise<void> {
  await waitFor<Deployment>(kube, {
    what: `${name} to be ready`,
    path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
    query: { fieldSelector: `metadata.name=${name}` },
    missing: ([deployment]) =>
      (deployment?.status?.readyReplicas ?? 0) >= 1 ? undefined : 'it has no pod that is ready',
    withinMs: nodesWithinMs,
    signal,
    namespace,
  });
}

/** What the operator says is missing; undefined where it calls the cluster healthy and every instance is ready. */
export function clusterMissing(cluster: Cluster | undefined, instances: number): string | undefined {
  const { phase = 'not seen by the operator yet', readyInstances = 0 } = cluster?.status ?? {};
  const whole = readyInstances >= instances && /healthy/i.test(phase);
  return whole ? undefined : `${readyInstances} of ${instances} instances ready: ${phase}`;
}

/** Every instance is ready, by the operator's own word. */
export async function clusterHealthy(
  kube: Kube,
  { namespace, cluster }: DrillSite,
  instances: number,
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  await waitFor<Cluster>(kube, {
    what: `${instances} instances to be healthy`,
    path: `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters`,
    query: { fieldSelector: `metadata.name=${cluster}` },
    missing: ([found]) => clusterMissing(found, instances),
    withinMs: clusterWithinMs,
    signal,
    namespace,
    progress,
  });
}

export interface DatabaseObject extends KubeObject {
  readonly status?: { readonly applied?: boolean; readonly message?: string };
}

/** The first database that is not made, with the operator's reason; undefined where all are. */
export function databasesMissing(databases: readonly DatabaseObject[]): string | undefined {
  const lacking = databases.find(({ status }) => status?.applied !== true);
  if (databases.length > 0 && !lacking) return undefined;
  const why = lacking?.status?.message;
  return `${lacking?.metadata.name ?? 'a database'} is not made${why ? `: ${why}` : ''}`;
}

export async function databasesApplied(kube: Kube, { namespace }: DrillSite, signal: AbortSignal): Promise<void> {
  await waitFor<DatabaseObject>(kube, {
    what: 'the databases to be made',
    path: `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/databases`,
    missing: databasesMissing,
    withinMs: nodesWithinMs,
    signal,
    namespace,
  });
}

/** Waits for the poolers and numbers their pods, so that each has a service of its own. */
export async function numberPoolers(
  kube: Kube,
  site: DrillSite,
  count: number,
  signal: AbortSignal,
): Promise<PoolerPods> {
  const { namespace, pooler: poolerName } = site;
  const pods = await waitFor<Pod>(kube, {
    what: `${count} poolers to be ready`,
    path: `/api/v1/namespaces/${namespace}/pods`,
    query: { labelSelector: `${labels.pooler}=${poolerName}` },
    missing: (pods) =>
      pods.filter(isReady).length >= count
        ? undefined
        : (pods.map(podTrouble).find(Boolean) ?? 'they have no pods yet'),
    withinMs: nodesWithinMs,
    signal,
    namespace,
  });
  const names = pods
    .filter(isReady)
    .map(({ metadata }) => metadata.name)
    .sort();
  const byPooler = new Map(names.map((name, i) => [poolerNumbered(i + 1), name]));
  for (const [pooler, name] of byPooler) await namePooler(kube, site, pooler, name);
  return new PoolerPods(byPooler);
}
