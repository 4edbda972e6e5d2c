/** A running k3s stack, as its parts need to know it. */

import type { Topology } from '../../scenario/topology.ts';
import type { Kube } from '../cnpg/api/kube.ts';
import type { PoolerPods } from '../cnpg/pooler-pods.ts';
import type { Installation } from './installation.ts';
import type { Node } from './nodes.ts';

export interface K3s {
  readonly id: string;
  readonly kube: Kube;
  readonly topology: Topology;
  readonly installation: Installation;
  readonly server: Node;
  readonly agents: readonly Node[];
  /** Whether this machine reaches the nodes' own addresses; otherwise it goes by published ports. */
  readonly routable: boolean;
  readonly accounts: Accounts;
  readonly poolers: PoolerPods;
}

export interface Accounts {
  /** PEM of the authority of the cluster's certificates. */
  readonly ca: string;
  readonly superuserPassword: string;
  readonly loadPassword: string;
}

/** Where a port of a node is reached from here. */
export function reach(node: Node, port: number, routable: boolean): { host: string; port: number } {
  return routable ? { host: node.address, port } : node.published(port);
}
