/** The node agents of a drill: each is started when a fault first needs it, and all are ended with the drill. */

import type { Kube } from '../../cnpg/api/kube.ts';
import type { NodeShell } from '../../cnpg/node-shell.ts';
import { type AgentPlan, NodeAgent } from './agent.ts';

export class Agents implements AsyncDisposable {
  readonly #kube: Kube;
  readonly #plan: Omit<AgentPlan, 'node'>;
  readonly #agents = new Map<string, Promise<NodeAgent>>();

  constructor(kube: Kube, plan: Omit<AgentPlan, 'node'>) {
    this.#kube = kube;
    this.#plan = plan;
  }

  /** @throws SetupError where it does not come up, UsageError where it is not admitted */
  shell(node: string): Promise<NodeShell> {
    const known = this.#agents.get(node);
    if (known) return known;
    const starting = NodeAgent.start(this.#kube, { ...this.#plan, node });
    this.#agents.set(node, starting);
    starting.catch(() => this.#agents.delete(node));
    return starting;
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
