/** The k3s stack as the rest of the tool sees it once it is up. */
import { availableParallelism } from 'node:os';
import type { Client } from 'pg';
import { faultOf } from '../../faults/by-word.ts';
import type { FaultKind } from '../../faults/index.ts';
import type { Instance, Target, UndoRecord } from '../../faults/target.ts';
import type { Endpoint } from '../../load/endpoint.ts';
import type { Topology } from '../../scenario/topology.ts';
import type { Backups } from '../backups.ts';
import { nodePorts } from '../cnpg/api/ports.ts';
import type { Facts } from '../cnpg/facts.ts';
import { instanceNameOf, serverNameOf } from '../cnpg/names.ts';
import { bytesOf, type Cluster, clusterKind, refTo } from '../cnpg/objects.ts';
import { observe } from '../cnpg/observe/observe.ts';
import { followPoolers } from '../cnpg/pooler-pods.ts';
import { inject } from '../inject.ts';
import { answerWithinMs } from '../observe/sql.ts';
import type { ActiveFault, OpenStack, Parameters, Seen, StackFacts } from '../stack.ts';
import { type K3s, reach } from './cluster.ts';
import { configure } from './configure.ts';
import { connectInstance, currentPrimary, listInstances } from './connect.ts';
import { diagnose } from './diagnose.ts';
import { removeStack } from './docker.ts';
import { type FaultContext, faultContext } from './faults/context.ts';
import { k3sFaults } from './faults/index.ts';
import type { Installation } from './installation.ts';
import { faultResidue, type Residue } from './residue.ts';

/** Four nodes, three instances and the load share this machine: with fewer CPUs the probes would be most of what they do. */
const enoughCpus = 8;

export class OpenK3s implements OpenStack {
  readonly id: string;
  readonly probeEveryMs = availableParallelism() < enoughCpus ? 50 : 10;
  #facts: Facts;
  readonly backups: Backups | undefined;
  readonly #k3s: K3s;
  readonly #keep: boolean;
  readonly #faults: FaultContext;
  readonly #following: AsyncDisposable;

  constructor(k3s: K3s, facts: Facts, backups: Backups | undefined, keep: boolean) {
    this.#k3s = k3s;
    this.#keep = keep;
    this.backups = backups;
    this.id = k3s.id;
    this.#faults = faultContext(k3s.id, k3s.kube, k3s.installation.site);
    this.#facts = facts;
    this.#following = followPoolers(k3s.kube, k3s.installation.site, k3s.poolers);
  }

  get facts(): StackFacts {
    const { site, users } = this.#k3s.installation;
    const manifests = users && { ...copied(users), cluster: site.cluster, pooler: site.pooler };
    return {
      ...{ ...this.#facts, poolers: [...this.#k3s.poolers.names], path: pathOf(this.#k3s) },
      ...(manifests && { manifests }),
    };
  }

  async configure(settings: Topology['settings']): Promise<void> {
    this.#facts = await configure(this.#k3s, settings);
  }

  endpoints(): readonly Endpoint[] {
    const { server, routable, accounts, poolers, installation } = this.#k3s;
    const { site } = installation;
    const at = (name: string, port: number): Endpoint => ({
      name,
      ...reach(server, port, routable),
      database: site.database,
      user: site.user,
      password: accounts.loadPassword,
      ca: accounts.ca,
      serverName: serverNameOf(site),
    });
    return [
      at('direct', nodePorts.direct),
      at('readonly', nodePorts.readonly),
      ...poolers.names.map((name, i) => at(name, nodePorts.pooler(i + 1))),
    ];
  }

  /** Clients run on this machine: the nodes' ports lead in. */
  clientArgv(argv: readonly string[]): readonly string[] {
    return argv;
  }

  instances(): Promise<readonly Instance[]> {
    return listInstances(this.#k3s);
  }

  primary(): Promise<Instance> {
    return currentPrimary(this.#k3s);
  }

  connect(instance: Instance): Promise<Client> {
    return connectInstance(this.#k3s, instance, this.#k3s.installation.site.database);
  }

  async observe(sink: (seen: Seen, atNs: bigint) => void): Promise<AsyncDisposable> {
    const { kube, poolers, installation } = this.#k3s;
    const { site } = installation;
    const limits = { connectionTimeoutMillis: answerWithinMs, query_timeout: answerWithinMs };
    const connect = (instance: Instance) => connectInstance(this.#k3s, instance, 'postgres', limits);
    const cluster = await kube.read<Cluster>(refTo(clusterKind, site.cluster, site.namespace));
    const storageBytes = bytesOf(cluster?.spec.storage?.size ?? '');
    return observe({ kube, site, poolers, instances: await this.instances(), storageBytes, connect }, sink);
  }

  async inject(
    kind: FaultKind,
    target: Target,
    recordUndo: (record: UndoRecord) => Promise<void>,
    parameters: Parameters = {},
  ): Promise<ActiveFault> {
    const fault = faultOf(k3sFaults, kind, 'the k3s stack');
    const prepared = await fault.prepare(this.#faults, target, parameters);
    const heal = (how: UndoRecord['how']) => fault.heal(this.#faults, how);
    return inject({ stack: 'k3s', stackId: this.id, fault: kind, target, prepared, recordUndo, heal });
  }

  residue(): Promise<Residue> {
    return faultResidue(this.#faults);
  }

  async diagnose(folder: string): Promise<void> {
    const { kube, installation } = this.#k3s;
    await diagnose({ stackId: this.id, site: installation.site, kube }, folder);
  }

  hints(): readonly string[] {
    const { accounts, installation } = this.#k3s;
    const { site } = installation;
    const psql = ({ name, host, port }: Endpoint) =>
      `psql "postgresql://${site.user}:${accounts.loadPassword}@${host}:${port}/${site.database}?sslmode=require"   # ${name}`;
    const kubectl = `docker exec pgdrill-${this.id}-server kubectl -n ${site.namespace}`;
    return [
      ...this.endpoints().map(psql),
      `${kubectl} get cluster,pooler,pods -o wide`,
      `${kubectl} exec -ti ${instanceNameOf(site, 1)} -c postgres -- psql   # as superuser`,
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#following[Symbol.asyncDispose]();
    if (!this.#keep) await removeStack(this.id);
  }
}

/** How clients come in, for the report: never a port-forward. */
function pathOf({ routable, server }: K3s): string {
  const way = routable ? `the server node's address ${server.address}` : 'ports that Docker publishes';
  return `from this machine by NodePorts on ${way}: one for each PgBouncer, one to the primary, one to the standbys; TLS, checked against the cluster's authority`;
}

const copied = ({ files, changes }: NonNullable<Installation['users']>) => ({
  files: [...files],
  changes: changes.map((change) => ({ ...change })),
});
