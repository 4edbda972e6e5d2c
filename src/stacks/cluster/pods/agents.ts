/** The node agents of a drill: each is started when a fault first needs it, and all are ended with the drill. */

import { UsageError } from '../../../errors.ts';
import type { Kube } from '../../cnpg/api/kube.ts';
import { instanceSelector, postgresContainer, type Site } from '../../cnpg/names.ts';
import type { NodeShell } from '../../cnpg/node-shell.ts';
import { type Pod, podKind } from '../../cnpg/objects.ts';
import { NodeAgent } from './agent.ts';

/** The image of an instance, from its pod: the status of the Cluster can be written with fewer rights than a pod is made. */
export const imageOf = ({ spec }: Pod): string =>
  spec.containers.find(({ name }) => name === postgresContainer)?.image ?? '';

export class Agents implements AsyncDisposable {
  readonly #kube: Kube;
  readonly #site: Site;
  readonly #agents = new Map<string, Promise<NodeAgent>>();

  constructor(kube: Kube, site: Site) {
    this.#kube = kube;
    this.#site = site;
  }

  /** @throws SetupError where it does not come up, UsageError where it is not admitted, or the node has no instance */
  shell(node: string): Promise<NodeShell> {
    const known = this.#agents.get(node);
    if (known) return known;
    const starting = this.#start(node);
    this.#agents.set(node, starting);
    starting.catch(() => this.#agents.delete(node));
    return starting;
  }

  /** Undo records and scenarios name nodes: a privileged pod is made on those of this Cluster's instances, and on no other. */
  async #start(node: string): Promise<NodeAgent> {
    const { namespace, cluster } = this.#site;
    const pods = await this.#kube.list<Pod>(podKind, namespace, instanceSelector(cluster));
    const instance = pods.find(({ spec }) => spec.nodeName === node);
    if (!instance) throw new UsageError(`no instance of ${cluster} runs on the node ${node}, so no pod is made there`);
    return NodeAgent.start(this.#kube, { namespace, cluster, node, image: imageOf(instance) });
  }

  /** Those that are running, by node. */
  async all(): Promise<readonly (readonly [string, NodeShell])[]> {
    return Promise.all([...this.#agents].map(async ([node, agent]) => [node, await agent] as const));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    await Promise.all(agents.map(async (starting) => (await starting.catch(() => undefined))?.[Symbol.asyncDispose]()));
  }
}
