/** Which hosts a lab has, and where: pure arithmetic on its topology. */
import type { Topology } from '../../scenario/topology.ts';

export const hostKinds = ['etcd', 'postgres', 'pooler', 'haproxy', 'minio', 'clients', 'restore'] as const;
export type HostKind = (typeof hostKinds)[number];
export interface HostPlan {
  readonly name: string;
  readonly kind: HostKind;
  readonly address: string;
}

/** Ports as the programs' own manuals have them. */
export const ports = {
  postgres: 5432,
  patroni: 8008,
  etcdClient: 2379,
  etcdPeer: 2380,
  pgbouncer: 6432,
  /** HAProxy's: to the primary, to the standbys, to the poolers. */
  readWrite: 5000,
  readOnly: 5001,
  poolers: 6432,
  minio: 9000,
} as const;

/** Of 198.18.0.0/16, set apart for benchmarks by RFC 2544: no lab's address is ever a real neighbour's. */
export const subnet = (network: number): string => `198.18.${network}.0/24`;

/** The hosts of a lab in the order they are started. */
export function planHosts(topology: Topology, network: number): HostPlan[] {
  const several = (kind: HostKind, prefix: string, count: number, first: number): HostPlan[] =>
    Array.from({ length: count }, (_, i) => ({
      name: `${prefix}${i + 1}`,
      kind,
      address: `198.18.${network}.${first + i}`,
    }));
  const single = (kind: HostKind, last: number): HostPlan => ({
    name: kind,
    kind,
    address: `198.18.${network}.${last}`,
  });
  return [
    ...several('etcd', 'etcd', 3, 11),
    ...several('postgres', 'pg', topology.instances, 21),
    ...several('pooler', 'pooler', topology.pooler.instances, 31),
    single('haproxy', 41),
    single('minio', 51),
    single('clients', 61),
  ];
}

/** A host for an instance that is restored from the store, beside those that the lab began with. */
export function planRestoreHost(hosts: readonly HostPlan[], network: number): HostPlan {
  const names = hosts.map(({ name }) => name);
  let number = 1;
  while (names.includes(`restore${number}`)) number++;
  return { name: `restore${number}`, kind: 'restore', address: `198.18.${network}.${70 + number}` };
}

export const ofKind = (hosts: readonly HostPlan[], kind: HostKind): HostPlan[] =>
  hosts.filter((host) => host.kind === kind);
