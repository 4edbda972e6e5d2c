/** What faults and stacks may have left behind. */

import { restoreLeftovers } from '../cnpg/backup/restore.ts';
import { poolerPods } from '../cnpg/faults/pooler.ts';
import { rulesOfDrills } from '../cnpg/firewall.ts';
import { instanceSelector, operatorDeployment, operatorNamespace, storeDeployment } from '../cnpg/names.ts';
import {
  type Deployment,
  deploymentKind,
  type KubeNode,
  nodeKind,
  type Pod,
  type Pooler,
  podKind,
  poolerKind,
  refTo,
} from '../cnpg/objects.ts';
import { onProcesses } from '../cnpg/pod-processes.ts';
import { containersOf, everything } from './docker.ts';
import { type FaultContext, shellOf } from './faults/context.ts';

export interface Residue {
  checked: string[];
  found: string[];
}

/** Containers and networks in Docker, of one stack or of any. */
export async function dockerResidue(stackId?: string): Promise<Residue> {
  const found = (await everything()).filter((one) => stackId === undefined || one.stackId === stackId);
  return { checked: ['containers', 'Docker networks'], found: found.map(({ kind, name }) => `${kind} ${name}`) };
}

/** What faults left inside a running stack: rules, stopped processes, dead nodes, an operator that is scaled away. */
export async function faultResidue({ id, kube, site }: Pick<FaultContext, 'id' | 'kube' | 'site'>): Promise<Residue> {
  const nodes = await containersOf(id);
  const found: string[] = [];
  for (const { id: container, node, running } of nodes) {
    if (!running) found.push(`node ${node} is down`);
    else for (const rule of await rulesOfDrills(shellOf(container))) found.push(`rule on ${node}: ${rule}`);
  }
  const instances = await kube.list<Pod>(podKind, site.namespace, instanceSelector(site.cluster));
  for (const pod of [...instances, ...(await poolerPods({ kube, site }))]) {
    const node = nodes.find(({ node }) => node === pod.spec.nodeName);
    if (!node?.running || !pod.metadata.uid) continue;
    const stopped = await onProcesses(
      shellOf(node.id),
      pod.metadata.uid,
      'for p in $(processes); do [ "$(state $p)" = T ] && echo $p; done; true',
    );
    for (const process of stopped.split('\n').filter(Boolean))
      found.push(`process ${process} of ${pod.metadata.name} is stopped`);
  }
  const pooler = await kube.read<Pooler>(refTo(poolerKind, site.pooler, site.namespace));
  if (pooler?.spec.pgbouncer?.paused) found.push(`the Pooler ${site.pooler} is paused`);
  for (const { metadata, spec } of await kube.list<KubeNode>(nodeKind))
    if (spec?.unschedulable) found.push(`node ${metadata.name} takes no pods`);
  const operator = await kube.read<Deployment>(refTo(deploymentKind, operatorDeployment, operatorNamespace));
  if (operator && operator.spec.replicas === 0) found.push('the operator is scaled to 0');
  const store = await kube.read<Deployment>(refTo(deploymentKind, storeDeployment, site.namespace));
  if (store && store.spec.replicas === 0) found.push('the object store is scaled to 0');
  for (const { kind, metadata } of await restoreLeftovers({ kube, site })) found.push(`${kind} ${metadata.name}`);
  return {
    checked: [
      'nodes',
      'rules of the nodes',
      'stopped processes of instances and poolers',
      'a paused Pooler',
      'the operator',
      'the object store',
      'restores',
    ],
    found,
  };
}
