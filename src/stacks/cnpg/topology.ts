/** The topology of a Cluster and its Poolers. */
import type { Durability, Topology } from '../../scenario/topology.ts';
import type { Cluster, Pooler } from './objects.ts';

/** The topology in force, in the words of a scenario. */
export function topologyOf({ spec }: Cluster, poolers: readonly Pooler[]): Topology {
  const [first] = poolers;
  const { poolMode = 'session', parameters = {} } = first?.spec.pgbouncer ?? {};
  return {
    instances: spec.instances,
    durability: durabilityOf(spec),
    pooler: {
      instances: poolers.reduce((sum, { spec }) => sum + (spec.instances ?? 1), 0),
      mode: poolMode === 'transaction' ? 'transaction' : 'session',
      poolSize: Number(parameters.default_pool_size ?? 20),
    },
    timers: 'defaults',
    settings: {},
  };
}

interface Synchronous {
  readonly number?: number;
  readonly dataDurability?: string;
}
const synchronousOf = (spec: Cluster['spec']): Synchronous | undefined =>
  (spec.postgresql as { synchronous?: Synchronous } | undefined)?.synchronous;

/** What is promised for acknowledged writes. `minSyncReplicas` is the older way, which gives way when standbys are missing. */
export function durabilityOf(spec: Cluster['spec']): Durability {
  const synchronous = synchronousOf(spec);
  if (synchronous) return synchronous.dataDurability === 'preferred' ? 'preferred' : 'required';
  return Number(spec.minSyncReplicas ?? 0) > 0 ? 'preferred' : 'asynchronous';
}

/** How many standbys must confirm a write, where it waits for them. */
export const confirmations = (spec: Cluster['spec']): number =>
  durabilityOf(spec) === 'required' ? (synchronousOf(spec)?.number ?? 1) : 0;
