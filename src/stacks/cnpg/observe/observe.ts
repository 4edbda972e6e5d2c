/** Everything that watches a CloudNativePG cluster. It sees through the API, not through the paths that faults cut. */
import type { Client } from 'pg';
import type { Instance } from '../../../faults/target.ts';
import type { Sink } from '../../observe/observer.ts';
import { watchPools } from '../../observe/pools.ts';
import { watchSql } from '../../observe/sql.ts';
import type { Kube } from '../api/kube.ts';
import { keepWatching, type WatchTransport } from '../api/watch.ts';
import { connectConsole } from '../console.ts';
import { instanceSelector, type Site } from '../names.ts';
import type { Cluster, EndpointSlice, KubeEvent, KubeObject, Lease, Pod } from '../objects.ts';
import { podChanges } from '../pods.ts';
import type { PoolerPods } from '../pooler-pods.ts';
import { noteEvents } from './events.ts';
import { watchInstanceLog } from './instance-log.ts';
import { type Exporter, watchMetrics } from './metrics.ts';
import { watchPoolerLog } from './pooler-log.ts';
import { clusterRoles, leaseNotes, routeRoles } from './roles.ts';

export interface Observed {
  readonly kube: Kube;
  readonly site: Site;
  readonly instances: readonly Instance[];
  readonly poolers: PoolerPods;
  /** Size of an instance's volume, bytes. */
  readonly storageBytes: number;
  /** A superuser's connection that gives up soon. */
  readonly connect: (instance: Instance) => Promise<Client>;
}

/** Starts all observers; what they see goes to the sink until they are disposed of. */
export function observe(
  { kube, site, instances, poolers, storageBytes, connect }: Observed,
  sink: Sink,
): AsyncDisposable {
  const started = new AsyncDisposableStack();
  started.use(watchPlatform(kube.watchTransport, site, sink));
  for (const instance of instances) {
    started.use(watchSql(instance.name, () => connect(instance), sink));
    started.use(watchInstanceLog(kube, site.namespace, instance.name, sink));
  }
  for (const name of poolers.names) {
    started.use(watchPools(name, () => connectConsole(kube, site.namespace, poolers.podOf(name)), sink));
    started.use(watchPoolerLog(kube, site.namespace, name, () => poolers.podOf(name), sink));
  }
  started.use(poolers.listen((name, pod) => sink(replacedNote(name, pod), process.hrtime.bigint())));
  const exporters: Exporter[] = [
    ...instances.map(({ name }) => ({ source: name, pod: () => name, port: 9187 as const })),
    ...poolers.names.map((source) => ({ source, pod: () => poolers.podOf(source), port: 9127 as const })),
  ];
  started.use(watchMetrics(kube, site.namespace, exporters, storageBytes, sink));
  return started;
}

/** The API's own watches: the Cluster, its `-rw` EndpointSlice, its lease, its pods, and events. */
export function watchPlatform(transport: WatchTransport, { namespace, cluster }: Site, sink: Sink): AsyncDisposable {
  const core = `/api/v1/namespaces/${namespace}`;
  const named = { fieldSelector: `metadata.name=${cluster}` };
  const stop = new AbortController();

  function watch<T extends KubeObject>(path: string, query: Record<string, string>, read: Read<T>): Promise<void> {
    return keepWatching<T>({
      transport,
      path,
      query,
      signal: stop.signal,
      onGap: (forMs, why) => sink(gapNote(path, forMs, why), process.hrtime.bigint()),
      onEvent: (type, object, blindSinceNs) => {
        const atNs = process.hrtime.bigint();
        for (const seen of read(object, type)) {
          const after = seen.kind === 'role' && blindSinceNs !== undefined ? { afterNs: blindSinceNs } : {};
          sink({ ...seen, ...after }, atNs);
        }
      },
    });
  }

  const watching = Promise.all([
    watch<Cluster>(`/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters`, named, clusterRoles()),
    watch<EndpointSlice>(
      `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
      { labelSelector: `kubernetes.io/service-name=${cluster}-rw` },
      routeRoles(),
    ),
    watch<Lease>(`/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`, named, leaseNotes()),
    watch<Pod>(`${core}/pods`, { labelSelector: instanceSelector(cluster) }, podChanges()),
    watch<KubeEvent>(`${core}/events`, {}, noteEvents(new Date())),
  ]);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
    },
  };
}

type Read<T> = (object: T, type: string) => readonly Parameters<Sink>[0][];

const replacedNote = (pooler: string, pod: string) =>
  ({ kind: 'note', level: 'warn', text: `${pooler} is another pod now: ${pod}` }) as const;

const gapNote = (path: string, forMs: number, why: string) =>
  ({
    kind: 'note',
    level: 'warn',
    text: `the watch of ${path} saw nothing for ${Math.round(forMs)} ms: ${why}`,
  }) as const;
