/** The Cluster that a fault is aimed at. */

import { didYouMean, UsageError } from '../../../errors.ts';
import type { Target } from '../../../faults/target.ts';
import type { Kube } from '../api/kube.ts';
import { instanceSelector, type Site } from '../names.ts';
import { type Pod, podKind } from '../objects.ts';
/** A Cluster and the API that it is reached by. */
export interface ClusterAt {
  readonly kube: Kube;
  readonly site: Site;
}

/** The pod of the instance that a fault is aimed at. @throws UsageError where there is none */
export async function podAimedAt({ kube, site }: ClusterAt, target: Target): Promise<Pod> {
  const pods = await kube.list<Pod>(podKind, site.namespace, instanceSelector(site.cluster));
  const pod = pods.find(({ metadata }) => metadata.name === target.name);
  if (pod) return pod;
  const known = pods.map(({ metadata }) => metadata.name);
  throw new UsageError(`the cluster has no instance ${target.name}${didYouMean(target.name, known)}`);
}
