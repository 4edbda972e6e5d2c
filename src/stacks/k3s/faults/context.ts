/** What the faults of k3s need of the stack, also from another process. */
import { SetupError } from '../../../errors.ts';
import type { Fault } from '../../cnpg/faults/fault.ts';
import { podAimedAt } from '../../cnpg/faults/fault.ts';
import type { Kube } from '../../cnpg/kube.ts';
import type { Target } from '../../stack.ts';
import { nodeContainer } from '../docker.ts';

export interface FaultContext {
  /** The stack's id. */
  readonly id: string;
  readonly kube: Kube;
}
export type K3sFault = Fault<FaultContext>;

export interface PodOnNode {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  /** The node's container. */
  readonly container: string;
}

/** The pod that a fault is aimed at, with the node that it runs on. @throws SetupError where it runs nowhere */
export async function podOnNode({ id, kube }: FaultContext, target: Target): Promise<PodOnNode> {
  const { metadata, spec } = await podAimedAt(kube, target);
  if (!spec.nodeName || !metadata.uid)
    throw new SetupError(`${target.name} should run on a node, but is not scheduled`);
  return {
    name: metadata.name,
    uid: metadata.uid,
    node: spec.nodeName,
    container: await nodeContainer(id, spec.nodeName),
  };
}
