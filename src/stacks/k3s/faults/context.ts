/** What the faults of k3s need of the stack, also from another process. */

import type { Fault } from '../../../faults/contract.ts';
import type { Kube } from '../../cnpg/api/kube.ts';
import type { DrillSite } from '../../cnpg/names.ts';
import type { NodeShell, NodesAt } from '../../cnpg/node-shell.ts';
import { arm } from '../armed.ts';
import { inNode, nodeContainer } from '../docker.ts';

export interface FaultContext extends NodesAt {
  /** The stack's id. */
  readonly id: string;
  readonly site: DrillSite;
}
export type K3sFault = Fault<FaultContext>;

export const faultContext = (id: string, kube: Kube, site: DrillSite): FaultContext => ({
  id,
  kube,
  site,
  shell: async (node) => shellOf(await nodeContainer(id, node)),
});

/** A node is a container: its shell is Docker's exec. */
export const shellOf = (container: string): NodeShell => ({
  run: (script, args) => inNode(container, script, args),
  arm: (script) => arm(container, script),
});
