/** The lab as the rest of the tool sees it once it is up. */
import type { Client } from 'pg';
import { SetupError } from '../../errors.ts';
import { aimedAt } from '../../faults/aim.ts';
import { faultOf } from '../../faults/by-word.ts';
import { type FaultKind, faults } from '../../faults/index.ts';
import type { Instance, Target, UndoRecord } from '../../faults/target.ts';
import type { Endpoint } from '../../load/endpoint.ts';
import type { Topology } from '../../scenario/topology.ts';
import type { Backups } from '../backups.ts';
import { inject } from '../inject.ts';
import type { ActiveFault, OpenStack, Parameters, Seen, StackFacts } from '../stack.ts';
import { labBackups } from './backup/index.ts';
import { bucket } from './backup/store.ts';
import { configureLab } from './configure.ts';
import { connectPostgres, loadDatabase } from './control/postgres.ts';
import { removeLab } from './create.ts';
import { diagnose } from './diagnose.ts';
import { readFacts } from './facts.ts';
import { labFaults } from './faults/index.ts';
import { inNetwork } from './hosts/network.ts';
import { hostId, instancesOf, type Lab, poolerHosts, singleHost } from './lab.ts';
import { observe } from './observe/index.ts';
import { hostFolders } from './paths.ts';
import { leaderName } from './patroni-keys.ts';
import { ports } from './plan.ts';
import { faultResidue } from './residue.ts';

export class OpenLab implements OpenStack {
  readonly id: string;
  #facts: StackFacts;
  #lab: Lab;
  readonly #keep: boolean;

  constructor(lab: Lab, facts: Omit<StackFacts, 'poolers' | 'path'>, keep: boolean) {
    this.#lab = lab;
    this.#keep = keep;
    this.id = lab.state.id;
    this.#facts = {
      ...facts,
      poolers: poolerHosts(lab.state).map(({ name }) => name),
      path: 'from a host of its own to each PgBouncer’s address, and round them to HAProxy’s ports; one bridge, no TLS',
    };
  }

  get backups(): Backups | undefined {
    return this.#lab.topology.archiving ? labBackups(this.#lab) : undefined;
  }

  get facts(): StackFacts {
    return this.#facts;
  }

  async configure(settings: Topology['settings']): Promise<void> {
    const { lab, leader } = await configureLab(this.#lab, settings, new AbortController().signal);
    this.#lab = lab;
    this.#facts = { ...this.#facts, ...(await readFacts(lab, leader)) };
  }

  endpoints(): readonly Endpoint[] {
    const { state, secrets } = this.#lab;
    const account = { database: loadDatabase, user: loadDatabase, password: secrets[loadDatabase] };
    const haproxy = singleHost(state, 'haproxy').address;
    return [
      { name: 'direct', host: haproxy, port: ports.readWrite, ...account },
      { name: 'readonly', host: haproxy, port: ports.readOnly, ...account },
      ...poolerHosts(state).map(({ name, address }) => ({ name, host: address, port: ports.pgbouncer, ...account })),
    ];
  }

  endpointOf({ name, address }: Instance): Endpoint {
    const [direct] = this.endpoints();
    return { ...direct!, name, host: address, port: ports.postgres };
  }

  clientArgv(argv: readonly string[]): readonly string[] {
    return inNetwork(this.id, 'clients', argv);
  }

  async instances(): Promise<readonly Instance[]> {
    return instancesOf(this.#lab.state);
  }

  async primary(): Promise<Instance> {
    const name = await leaderName(this.#lab.state);
    const instance = instancesOf(this.#lab.state).find((candidate) => candidate.name === name);
    if (!instance) throw new SetupError('Patroni has no primary now; wait until one is elected');
    return instance;
  }

  connect(instance: Instance): Promise<Client> {
    return connectPostgres(hostId(this.#lab.state, instance.name), loadDatabase);
  }

  observe(sink: (seen: Seen, atNs: bigint) => void): Promise<AsyncDisposable> {
    return observe(this.#lab, sink);
  }

  async inject(
    kind: FaultKind,
    target: Target,
    recordUndo: (record: UndoRecord) => Promise<void>,
    parameters: Parameters = {},
  ): Promise<ActiveFault> {
    const { state } = this.#lab;
    const fault = faultOf(labFaults, kind, 'the lab');
    const prepared = await fault.prepare(this.#lab, aimedAt(kind, faults[kind].target, target), parameters);
    const heal = (how: UndoRecord['how']) => fault.heal(state, how);
    return inject({ stack: 'lab', stackId: this.id, fault: kind, target, prepared, recordUndo, heal });
  }

  residue(): Promise<{ checked: string[]; found: string[]; hosts: string[] }> {
    return faultResidue(this.#lab.state);
  }

  async diagnose(folder: string): Promise<void> {
    await diagnose(this.#lab.state, folder);
  }

  hints(): readonly string[] {
    const { state, secrets } = this.#lab;
    const uri = (user: keyof typeof secrets, address: string, port: number) =>
      `postgresql://${user}:${secrets[user]}@${address}:${port}/${loadDatabase}`;
    const inside = (host: string, command: string) =>
      `nsenter --all --root --wd --target $(cat ${hostFolders(state.id, host).init}) ${command}`;
    const pooler = poolerHosts(state)[0]!;
    const haproxy = singleHost(state, 'haproxy').address;
    const minio = singleHost(state, 'minio').address;
    return [
      `${inside(pooler.name, `psql ${uri(loadDatabase, pooler.address, ports.pgbouncer)}`)}   # through ${pooler.name}`,
      `${inside(pooler.name, `psql ${uri('postgres', haproxy, ports.readWrite)}`)}   # the primary, as superuser`,
      inside('pg1', 'patronictl -c /etc/pgdrill/patroni.yml list'),
      `MinIO: ${minio}:${ports.minio}, user minio, password ${secrets.minio}, bucket ${bucket}`,
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#keep) await removeLab(this.id);
  }
}
