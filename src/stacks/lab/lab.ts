/** A lab that is up: what its parts (faults, observers, facts) need to know of it. */

import type { Instance } from '../../faults/target.ts';
import type { Topology } from '../../scenario/topology.ts';
import type { HostId } from './hosts/host.ts';
import { type HostPlan, ofKind } from './plan.ts';
import type { Secrets } from './root/template.ts';
import type { Chosen } from './settings.ts';
import type { LabState } from './state.ts';

export interface Lab {
  readonly state: LabState;
  readonly topology: Topology;
  readonly chosen: Chosen;
  readonly secrets: Secrets;
}

export const hostId = (state: LabState, name: string): HostId => ({ labId: state.id, name });

/** The hosts that run PostgreSQL, as the rest of the tool names them. */
export const instancesOf = (state: LabState): Instance[] =>
  ofKind(state.hosts, 'postgres').map(({ name, address }) => ({ kind: 'instance', name, host: name, address }));

export const etcdHosts = (state: LabState): HostPlan[] => ofKind(state.hosts, 'etcd');
export const poolerHosts = (state: LabState): HostPlan[] => ofKind(state.hosts, 'pooler');

/** The one host of a kind that every lab has once. */
export function singleHost(state: LabState, kind: 'haproxy' | 'minio' | 'clients'): HostPlan {
  return ofKind(state.hosts, kind)[0]!;
}
