/** What a drill may have left in an existing cluster. */
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { rulesOfDrills } from '../../cnpg/firewall.ts';
import { instanceSelector, operatorLabels } from '../../cnpg/names.ts';
import { type Deployment, deploymentKind, type Pod, type Pooler, podKind, poolerKind } from '../../cnpg/objects.ts';
import { onProcesses } from '../../cnpg/pod-processes.ts';
import { connectInstance, currentPrimary } from '../connect.ts';
import { pausedByDrill } from '../faults/poolers.ts';
import { agentsOf } from '../pods/agent.ts';
import type { Agents } from '../pods/agents.ts';
import { ownPodsOf } from '../pods/own-pods.ts';
import { restoreInWords, restoresLeft } from '../restore/remove.ts';
import { volumesOf, volumesUnseen } from '../restore/volumes.ts';
import { hasSchema, isNoDatabase } from '../schema.ts';
import { findLease } from './lease.ts';

export interface Residue {
  checked: string[];
  found: string[];
  /** What nobody could look at, and why: nothing was found there, and that proves nothing. */
  unseen?: string[];
}

/** What faults left on the nodes that a drill was on, and of the operator where it may be looked at. */
export async function faultResidue({ kube, site }: ClusterAt, agents: Agents): Promise<Residue> {
  const found: string[] = [];
  const pods = await kube.list<Pod>(podKind, site.namespace, instanceSelector(site.cluster));
  for (const [node, shell] of await agents.all()) {
    for (const rule of await rulesOfDrills(shell, site)) found.push(`rule on ${node}: ${rule}`);
    for (const { metadata, spec } of pods) {
      if (spec.nodeName !== node || !metadata.uid) continue;
      const stopped = await onProcesses(
        shell,
        metadata.uid,
        'for p in $(processes); do [ "$(state $p)" = T ] && echo $p; done; true',
      );
      for (const process of stopped.split('\n').filter(Boolean))
        found.push(`process ${process} of ${metadata.name} is stopped`);
    }
  }
  const operators = await kube.list<Deployment>(deploymentKind, site.operatorNamespace, operatorLabels).catch(() => []);
  for (const { metadata, spec } of operators)
    if (spec.replicas === 0) found.push(`the operator ${metadata.name} is scaled to 0`);
  for (const pooler of await kube.list<Pooler>(poolerKind, site.namespace))
    if (pooler.spec.cluster.name === site.cluster && pausedByDrill(pooler))
      found.push(`the Pooler ${pooler.metadata.name} is paused`);
  return { checked: ['rules of the nodes', 'stopped processes of instances', 'the operator', 'paused poolers'], found };
}

/** Whether the schema of a drill is left. A database that was dropped took it along. */
async function schemaLeft(at: ClusterAt, database: string): Promise<boolean> {
  const { name } = await currentPrimary(at);
  try {
    const client = await connectInstance(at, name, database);
    return await hasSchema(client).finally(() => client.end());
  } catch (error) {
    if (isNoDatabase(error)) return false;
    throw error;
  }
}

/**
 * What any drill has left: agents, its lease, its schema.
 * @param database of the schema, if known
 * @param restores namespaces that it restored into: their volumes are looked for, whether or not the namespaces still exist
 */
export async function drillResidue(
  at: ClusterAt,
  database: string | undefined,
  restores: readonly string[] = [],
): Promise<Residue> {
  const { kube, site } = at;
  const found = (await agentsOf(kube, site)).map((name) => `pod ${name}`);
  for (const name of await ownPodsOf(at)) found.push(`pod ${name}`);
  for (const name of await restoresLeft(at))
    found.push(`what a backup was restored into: ${await restoreInWords(at, name)}`);
  const volumes = restores.length > 0 ? await volumesOf(kube, restores) : [];
  found.push(...(volumes ?? []));
  const lease = await findLease(kube, site);
  if (lease) found.push(`lease pgdrill-${site.cluster} of ${lease.holder}`);
  if (database && (await schemaLeft(at, database))) found.push(`schema pgdrill in ${database}`);
  return {
    checked: [
      'pods on nodes',
      'pods of the drill',
      'namespaces of restores',
      ...(restores.length > 0 && volumes ? ['volumes of restores'] : []),
      'the lease',
      ...(database ? [`schema pgdrill in ${database}`] : []),
    ],
    found,
    ...(!volumes && { unseen: [volumesUnseen] }),
  };
}
