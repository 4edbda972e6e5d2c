/** The cluster stack as the rest of the tool sees it while a drill is on. */
import type { Client } from 'pg';
import { SetupError, UsageError } from '../../errors.ts';
import { faultOf } from '../../faults/by-word.ts';
import { contractOf, type FaultKind } from '../../faults/index.ts';
import type { Instance, Target, UndoRecord } from '../../faults/target.ts';
import type { Endpoint } from '../../load/endpoint.ts';
import type { LoadGenerator } from '../../load/process/share.ts';
import { until } from '../../wait.ts';
import type { Backups } from '../backups.ts';
import type { Facts } from '../cnpg/facts.ts';
import type { ClusterAt } from '../cnpg/faults/at.ts';
import { instanceSelector } from '../cnpg/names.ts';
import { bytesOf, type Cluster, clusterKind, type Pod, podKind, refTo } from '../cnpg/objects.ts';
import { observe } from '../cnpg/observe/observe.ts';
import { PoolerPods } from '../cnpg/pooler-pods.ts';
import { inject } from '../inject.ts';
import { answerWithinMs } from '../observe/sql.ts';
import type { ActiveFault, OpenStack, Parameters, Remark, Seen, StackFacts } from '../stack.ts';
import { connectInstance, currentPrimary, listInstances } from './connect.ts';
import { diagnose } from './diagnose.ts';
import { discover, type Found } from './discover.ts';
import { clusterFaults } from './faults/index.ts';
import type { DrilledAt } from './faults/poolers.ts';
import { loginOnceThereIsRoom } from './load-session.ts';
import { volumeUsed } from './look.ts';
import { type ClusterOptions, idOf } from './options.ts';
import type { Agents } from './pods/agents.ts';
import { endGenerators, type Generators } from './pods/generators.ts';
import { clientPods, ownPodsGone } from './pods/own-pods.ts';
import { AlertWatch } from './prometheus.ts';
import { remarks, slotsOf } from './safety/afterwards.ts';
import type { Audit } from './safety/audit.ts';
import { dryly } from './safety/dry-run.ts';
import { type Broken, refuseOwnNode, refuseTooMuch, watchVolumes } from './safety/guard.ts';
import type { DrillLease } from './safety/lease.ts';
import { allowedFaults, refuseOthers } from './safety/opt-in.ts';
import { faultResidue, type Residue } from './safety/residue.ts';
import type { Watchdog } from './safety/watchdog.ts';
import { dropOwnSchema, heldBy, isHeld, schemaBytes } from './schema.ts';
import type { FoundWays } from './ways.ts';

/** A volume may fill this much further than at the start before the drill ends. */
const volumeMargin = 0.05;
const dropWithinMs = 120_000;

export interface Opened {
  readonly at: ClusterAt;
  readonly found: Found;
  readonly ways: FoundWays;
  readonly facts: Facts;
  readonly lease: DrillLease;
  readonly agents: Agents;
  readonly audit: Audit;
  readonly watchdog: Watchdog | undefined;
  readonly generators?: Generators | undefined;
  /** Where backups are restored. */
  readonly backups?: Backups | undefined;
  /** For the journal: what the opening found that a reader of the report has to know. */
  readonly remarks: readonly string[];
  readonly options: ClusterOptions;
  readonly progress: (text: string) => void;
}

export class OpenCluster implements OpenStack {
  readonly id: string;
  readonly facts: StackFacts;
  readonly stopped: AbortSignal;
  readonly generators: readonly LoadGenerator[];
  readonly backups: Backups | undefined;
  readonly #opened: Opened;
  readonly #at: DrilledAt;
  readonly #alerts: AlertWatch | undefined;
  readonly #full = new AbortController();
  #instances: readonly Instance[] = [];
  readonly #active = new Map<string, Broken>();

  constructor(opened: Opened) {
    const { at, facts, ways, lease, agents, options } = opened;
    this.#opened = opened;
    this.#at = { ...at, shell: (node) => agents.shell(node), behind: ways.behind };
    this.id = idOf(options);
    this.generators = opened.generators?.all ?? [];
    this.backups = opened.backups;
    this.#alerts = options.prometheus && new AlertWatch(options.prometheus.url, options.prometheus.expected);
    this.stopped = AbortSignal.any([lease.lost, this.#full.signal]);
    const poolers = ways.endpoints.map(({ name }) => name).filter((name) => name.startsWith('pooler-'));
    this.facts = { ...facts, poolers, path: ways.path };
  }

  endpoints(): readonly Endpoint[] {
    return this.#opened.ways.endpoints;
  }

  /** Clients run where the harness does: on this machine, or in its pod. */
  clientArgv(argv: readonly string[]): readonly string[] {
    return argv;
  }

  /** While the API is away they are those of before: it may be a moment, and the drill outlives that. */
  async instances(): Promise<readonly Instance[]> {
    this.#instances = await listInstances(this.#at).catch((error: unknown) => {
      if (this.#instances.length === 0) throw error;
      return this.#instances;
    });
    return this.#instances;
  }

  primary(): Promise<Instance> {
    return currentPrimary(this.#at);
  }

  connect(instance: Instance): Promise<Client> {
    return connectInstance(this.#at, instance.name, this.#opened.options.database);
  }

  connectAsLoad(instance: Instance): Promise<Client> {
    const direct = this.#opened.ways.endpoints.find(({ name }) => name === 'direct');
    if (!direct) throw new SetupError('the cluster has no direct way to its primary');
    return loginOnceThereIsRoom(this.#at, instance, direct);
  }

  connectTo(instance: Instance, database: string): Promise<Client> {
    return connectInstance(this.#at, instance.name, database);
  }

  async observe(sink: (seen: Seen, atNs: bigint) => void): Promise<AsyncDisposable> {
    const { found, options, ways } = this.#opened;
    const { kube, site } = this.#at;
    const limits = { connectionTimeoutMillis: answerWithinMs, query_timeout: answerWithinMs };
    const instances = await this.instances();
    for (const text of this.#opened.generators?.remarks ?? [])
      sink({ kind: 'note', level: 'info', text }, process.hrtime.bigint());
    for (const text of this.#opened.remarks) sink({ kind: 'note', level: 'warn', text }, process.hrtime.bigint());
    const observing = new AsyncDisposableStack();
    if (this.#alerts) observing.use(await this.#alerts.watch(sink));
    observing.use(
      observe(
        {
          ...{ kube, site, instances, poolers: new PoolerPods(ways.poolers) },
          storageBytes: bytesOf(found.cluster.spec.storage?.size ?? ''),
          connect: (instance) => connectInstance(this.#at, instance.name, 'postgres', limits),
        },
        sink,
      ),
    );
    const names = instances.map(({ name }) => name);
    const limit = options.steady.volumeUsed + volumeMargin;
    const onFull = (why: string) => this.#full.abort(new UsageError(why));
    observing.use(watchVolumes(names, (name) => volumeUsed(kube, site, name), limit, onFull));
    return observing;
  }

  async inject(
    kind: FaultKind,
    target: Target,
    recordUndo: (record: UndoRecord) => Promise<void>,
    parameters: Parameters = {},
    forMs?: number,
  ): Promise<ActiveFault> {
    const { found, lease, options, audit } = this.#opened;
    const fault = faultOf(clusterFaults, kind, 'a cluster');
    refuseOthers(options.cluster, allowedFaults(found.cluster.metadata, new Date()), [kind]);
    await this.#refuseTooMuch(kind, target);
    const prepared = await fault.prepare(this.#at, target, parameters, forMs);
    if (options.dryRun) return dryly(kind, target, prepared);
    let id = '';
    const remember = async (record: UndoRecord) => {
      id = record.id;
      // The cluster's copy first: it is the one that any machine finds.
      await lease.remember(record);
      await recordUndo(record);
      await audit.add('fault', { fault: kind, target });
      this.#alerts?.broken(process.hrtime.bigint());
      this.#active.set(id, { fault: kind, target });
    };
    const heal = async (how: UndoRecord['how']) => {
      const proof = await fault.heal(this.#at, how);
      await lease.forget(id);
      await audit.add('healed', { fault: kind, target, proof });
      this.#active.delete(id);
      return proof;
    };
    return inject({ stack: 'cluster', stackId: this.id, fault: kind, target, prepared, recordUndo: remember, heal });
  }

  async afterwards(): Promise<readonly Remark[]> {
    const { found, options } = this.#opened;
    const { kube, site } = this.#at;
    await using client = disposable(await this.connect(await this.primary()));
    const bytes = await schemaBytes(client.is);
    const all = remarks(found, await discover(kube, site), await slotsOf(client.is));
    return [
      ...all,
      ...(this.#alerts?.remarks() ?? []),
      {
        name: 'written',
        text: `${(bytes / 1e6).toFixed(1)} MB in schema pgdrill of ${options.database}, dropped at the end`,
      },
    ];
  }

  residue(): Promise<Residue> {
    return faultResidue(this.#at, this.#opened.agents);
  }

  diagnose(folder: string): Promise<void> {
    return diagnose(this.#at, folder);
  }

  hints(): readonly string[] {
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { lease, agents, audit, watchdog, progress, at } = this.#opened;
    // Whatever cannot be ended is found by the look for residue, and does not keep the rest from being ended.
    await agents[Symbol.asyncDispose]().catch((error: Error) => progress(error.message));
    const end = (work?: Promise<void>) => work?.catch((error: Error) => progress(error.message));
    if (this.generators.length > 0) await end(endGenerators(at));
    const dropped = await this.#dropSchema();
    await audit.add('closed', { schemaDropped: dropped, stopped: this.stopped.aborted });
    if (dropped) await end(watchdog?.end());
    await end(this.generators.length > 0 ? ownPodsGone(at) : undefined);
    if (dropped) return end(lease[Symbol.asyncDispose]());
    await lease.leave();
    progress('the schema pgdrill could not be dropped; the lease stays for: pgdrill heal');
  }

  async #refuseTooMuch(kind: FaultKind, target: Target): Promise<void> {
    const { options } = this.#opened;
    const { kube, site } = this.#at;
    const instances = await kube.list<Pod>(podKind, site.namespace, instanceSelector(site.cluster));
    const cluster = await kube.read<Cluster>(refTo(clusterKind, site.cluster, site.namespace));
    const spec = (cluster ?? this.#opened.found.cluster).spec;
    refuseTooMuch(kind, target, { instances, spec, active: [...this.#active.values()] }, options.allowQuorumLoss);
    if (contractOf(kind)?.onCluster?.cutsNode) refuseOwnNode(target, instances, await clientPods(this.#at));
  }

  /** Whether it is gone: a failover may be under way, so it is tried for a while. */
  async #dropSchema(): Promise<boolean> {
    const drop = async () => {
      try {
        await using client = disposable(await this.connectAsLoad(await this.primary()));
        await dropOwnSchema(client.is);
        return true;
      } catch (error) {
        if (!isHeld(error)) return undefined;
        this.#opened.progress(heldBy(error as Error));
        return false;
      }
    };
    return until(drop, { withinMs: dropWithinMs, everyMs: 1_000, what: 'the schema to be dropped' }).catch(() => false);
  }
}

/** A connection that is closed at the end of its block. */
const disposable = (client: Client): AsyncDisposable & { readonly is: Client } => ({
  is: client,
  [Symbol.asyncDispose]: async () => void (await client.end().catch(() => {})),
});
