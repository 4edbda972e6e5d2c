/** The PgBouncer that a fault is aimed at. */
import { didYouMean, SetupError, UsageError } from '../../../errors.ts';
import type { Target } from '../../../faults/target.ts';
import { type DrillSite, labels } from '../names.ts';
import type { NodesAt, PodOnNode } from '../node-shell.ts';
import { type Pod, podKind } from '../objects.ts';
import { poolerNumbered } from '../pooler-pods.ts';
import type { ClusterAt } from './at.ts';

export interface PoolersAt extends NodesAt {
  readonly site: DrillSite;
}

/** The pods of a Pooler that are not being deleted. */
export async function podsOfPooler({ kube, site }: ClusterAt, pooler: string): Promise<Pod[]> {
  const pods = await kube.list<Pod>(podKind, site.namespace, `${labels.pooler}=${pooler}`);
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}
/** Those of the Pooler that the drill's load goes through. */
export const poolerPods = ({ kube, site }: Pick<PoolersAt, 'kube' | 'site'>): Promise<Pod[]> =>
  podsOfPooler({ kube, site }, site.pooler);

/** The pod that has the pooler's number now, with its node. @throws UsageError where no pod has it; SetupError where it runs nowhere */
export async function poolerOnNode(at: PoolersAt, target: Target): Promise<PodOnNode> {
  const numbered = (await poolerPods(at)).flatMap((pod) => {
    const number = pod.metadata.labels?.[labels.poolerNumber];
    return number === undefined ? [] : [{ pod, name: poolerNumbered(Number(number)) }];
  });
  const found = numbered.find(({ name }) => name === target.name)?.pod;
  if (!found)
    throw new UsageError(
      `the Pooler ${at.site.pooler} has no pod ${target.name}${didYouMean(
        target.name,
        numbered.map(({ name }) => name),
      )}`,
    );
  const { metadata, spec } = found;
  if (!spec.nodeName || !metadata.uid)
    throw new SetupError(`${target.name} should run on a node, but ${metadata.name} is not scheduled`);
  return { name: metadata.name, uid: metadata.uid, node: spec.nodeName, shell: await at.shell(spec.nodeName) };
}
