/** What the cluster must have become at each stage of its start. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError } from '../../errors.ts';
import { apiMessage, type Kube } from '../cnpg/kube.ts';
import { clusterName, labels, namespace, poolerName } from '../cnpg/names.ts';
import {
  type Cluster,
  type Condition,
  type Deployment,
  isReady,
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
      throw new SetupError(`waited ${apiWithinMs / 1000} s for the API and CoreDNS, in vain: ${last}`);
  }
}

interface KubeNode extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export async function nodesReady(kube: Kube, count: number, signal: AbortSignal): Promise<void> {
  await waitFor<KubeNode>(kube, {
    what: `${count} nodes to be Ready`,
    path: '/api/v1/nodes',
    missing: (nodes) => {
      const ready = nodes.filter(({ status }) =>
        status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
      );
      return ready.length >= count ? undefined : `${ready.length} of ${count} are Ready`;
    },
    withinMs: nodesWithinMs,
    signal,
    namespace: 'default',
  });
}

export async function deploymentReady(kube: Kube, name: string, signal: AbortSignal): Promise<void> {
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

/** Every instance is ready, by the operator's own word. */
export async function clusterHealthy(
  kube: Kube,
  instances: number,
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  await waitFor<Cluster>(kube, {
    what: `${instances} instances to be healthy`,
    path: `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters`,
    query: { fieldSelector: `metadata.name=${clusterName}` },
    missing: ([cluster]) => {
      const { phase = 'not seen by the operator yet', readyInstances = 0 } = cluster?.status ?? {};
      return readyInstances >= instances && /healthy/i.test(phase)
        ? undefined
        : `${readyInstances} of ${instances} instances ready: ${phase}`;
    },
    withinMs: clusterWithinMs,
    signal,
    namespace,
    progress,
  });
}

interface DatabaseObject extends KubeObject {
  readonly status?: { readonly applied?: boolean; readonly message?: string };
}

export async function databasesApplied(kube: Kube, signal: AbortSignal): Promise<void> {
  await waitFor<DatabaseObject>(kube, {
    what: 'the databases to be made',
    path: `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/databases`,
    missing: (databases) => {
      const lacking = databases.find(({ status }) => status?.applied !== true);
      if (databases.length > 0 && !lacking) return undefined;
      return `${lacking?.metadata.name ?? 'no database'} is not made${lacking?.status?.message ? `: ${lacking.status.message}` : ''}`;
    },
    withinMs: nodesWithinMs,
    signal,
    namespace,
  });
}

/** Waits for the poolers and numbers their pods, so that each has a service of its own. */
export async function numberPoolers(kube: Kube, count: number, signal: AbortSignal): Promise<PoolerPods> {
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
  for (const [pooler, name] of byPooler) await namePooler(kube, pooler, name);
  return new PoolerPods(byPooler);
}
