/**
 * drain: what `kubectl drain` does with an instance: its node takes no more pods, and its pod is evicted once the
 * disruption budget lets it go, which for a primary is after the operator moved it.
 */
import { SetupError, UsageError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { type KubeNode, nodeKind, type Pod, podKind, refTo } from '../objects.ts';
import { type ClusterAt, podAimedAt } from './at.ts';
import { readyAgain } from './back.ts';
import { type ApiFault, word } from './fault.ts';

const evictedWithinMs = 240_000;
/** kubectl asks again after as long. */
const againMs = 5_000;

/** On the node, with the Cluster whose drain cordoned it as its value: an undo record alone may come from anyone. */
export const cordonedBy = 'pgdrill.dev/cordoned-by';
const markOf = ({ site }: ClusterAt): string => `${site.namespace}/${site.cluster}`;

const cordon = (at: ClusterAt, node: string) =>
  at.kube.patch(refTo(nodeKind, node), {
    metadata: { annotations: { [cordonedBy]: markOf(at) } },
    spec: { unschedulable: true },
  });

/** @throws SetupError where somebody else cordoned it */
async function uncordon(at: ClusterAt, node: string): Promise<string> {
  const ref = refTo(nodeKind, node);
  const found = await at.kube.read<KubeNode>(ref);
  if (!found) return `${node} no longer exists`;
  const mark = found.metadata.annotations?.[cordonedBy];
  if (found.spec?.unschedulable && mark !== markOf(at))
    throw new SetupError(
      `${node} takes no pods, but nothing on it says that a drill on ${at.site.cluster} did that; see who did, and run: kubectl uncordon ${node}`,
    );
  if (mark === markOf(at) || found.spec?.unschedulable)
    await at.kube.patch(ref, { metadata: { annotations: { [cordonedBy]: null } }, spec: { unschedulable: null } });
  return `${node} takes pods again`;
}

export const drain: ApiFault = {
  async prepare(at, target) {
    const { kube, site } = at;
    const pod = await podAimedAt(at, target);
    const { name, uid } = pod.metadata;
    const node = pod.spec.nodeName;
    if (!node) throw new SetupError(`${name} should run on a node, but is not scheduled`);
    // Undoing the drain would take back what somebody else decided.
    const before = await kube.read<KubeNode>(refTo(nodeKind, node));
    if (before?.spec?.unschedulable)
      throw new UsageError(`${node} takes no pods already; uncordon it, or drain another instance`);
    const mark = before?.metadata.annotations?.[cordonedBy];
    if (mark !== undefined && mark !== markOf(at))
      throw new UsageError(
        `${node} takes pods, but has the mark of a drain on ${mark}; once that one is healed, remove it with: kubectl annotate node ${node} ${cordonedBy}-`,
      );
    const ref = refTo(podKind, name, site.namespace);
    return {
      how: { node, pod: name },
      breakIt: () => cordon(at, node),
      prove: async () => {
        let asked = 0;
        await until(
          async () => {
            asked++;
            return (await kube.evict(ref)) || undefined;
          },
          { withinMs: evictedWithinMs, everyMs: againMs, what: `${name} to be let go by its disruption budget` },
        );
        await until(async () => ((await kube.read<Pod>(ref))?.metadata.uid !== uid ? true : undefined), {
          withinMs: evictedWithinMs,
          everyMs: 500,
          what: `${name} to leave ${node}`,
        });
        return `${node} takes no pods, ${name} was evicted at the request number ${asked}`;
      },
    };
  },

  heal: async (at, how) => `${await uncordon(at, word(how, 'node'))}; ${await readyAgain(at, word(how, 'pod'))}`,
  healWithout: (at, how) => uncordon(at, word(how, 'node')),
};
