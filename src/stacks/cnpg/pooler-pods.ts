/**
 * Which pod is which pooler. CloudNativePG's poolers are pods of a Deployment: one that dies is replaced by another of
 * another name. The new one takes the number of the one that went, so that its clients find it at the same port.
 */
import type { Kube } from './api/kube.ts';
import { keepWatching } from './api/watch.ts';
import { type DrillSite, labels } from './names.ts';
import { type Pod, podKind, refTo } from './objects.ts';

export const poolerNumbered = (number: number) => `pooler-${number}`;

export class PoolerPods {
  /** Pod by pooler; the one that went, as long as nobody has taken its place. */
  readonly #pods: Map<string, string>;
  readonly #vacant = new Set<string>();
  readonly #waiting: string[] = [];
  readonly #listeners = new Set<(pooler: string, pod: string) => void>();

  /** @param pods the pod of each pooler by the pooler's name in the journal */
  constructor(pods: ReadonlyMap<string, string>) {
    this.#pods = new Map(pods);
  }

  get names(): readonly string[] {
    return [...this.#pods.keys()];
  }

  podOf(pooler: string): string {
    return this.#pods.get(pooler) ?? '';
  }

  /** Calls `onReplaced` with each pooler that another pod has become, until it is disposed of. */
  listen(onReplaced: (pooler: string, pod: string) => void): Disposable {
    this.#listeners.add(onReplaced);
    return { [Symbol.dispose]: () => this.#listeners.delete(onReplaced) };
  }

  /** Takes in one event of a watch of the poolers' pods. @returns the pods that are to become a pooler now, by pooler */
  see(type: string, { metadata, status }: Pod): ReadonlyMap<string, string> {
    const { name, deletionTimestamp } = metadata;
    const going = type === 'DELETED' || deletionTimestamp !== undefined || status?.phase === 'Failed';
    const own = this.names.find((pooler) => this.podOf(pooler) === name);
    if (going) {
      if (own) this.#vacant.add(own);
      if (this.#waiting.includes(name)) this.#waiting.splice(this.#waiting.indexOf(name), 1);
    } else if (!own && !this.#waiting.includes(name)) this.#waiting.push(name);
    return this.#fill();
  }

  #fill(): ReadonlyMap<string, string> {
    const filled = new Map<string, string>();
    for (const pooler of [...this.#vacant].sort().slice(0, this.#waiting.length)) {
      const pod = this.#waiting.shift()!;
      this.#vacant.delete(pooler);
      this.#pods.set(pooler, pod);
      filled.set(pooler, pod);
      for (const listen of this.#listeners) listen(pooler, pod);
    }
    return filled;
  }
}

/** Makes a pod the pooler of this name: the service of that number leads to it. */
export const namePooler = (
  kube: Pick<Kube, 'patch'>,
  { namespace }: DrillSite,
  pooler: string,
  pod: string,
): Promise<void> =>
  kube.patch(refTo(podKind, pod, namespace), {
    metadata: { name: pod, namespace, labels: { [labels.poolerNumber]: pooler.replace(/\D/g, '') } },
  });

/** Hands the numbers on until it is disposed of. */
export function followPoolers(
  kube: Pick<Kube, 'patch' | 'watchTransport'>,
  site: DrillSite,
  pods: PoolerPods,
): AsyncDisposable {
  const stop = new AbortController();
  const watching = keepWatching<Pod>({
    transport: kube.watchTransport,
    path: `/api/v1/namespaces/${site.namespace}/pods`,
    query: { labelSelector: `${labels.pooler}=${site.pooler}` },
    signal: stop.signal,
    onEvent: (type, pod) => {
      // A pod that went again meanwhile is vacant by its next event.
      for (const [pooler, name] of pods.see(type, pod)) void namePooler(kube, site, pooler, name).catch(() => {});
    },
  });
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
    },
  };
}
