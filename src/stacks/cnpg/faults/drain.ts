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

const cordon = ({ kube }: ClusterAt, node: string, unschedulable: true | null) =>
  kube.patch(refTo(nodeKind, node), { spec: { unschedulable } });

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
    const ref = refTo(podKind, name, site.namespace);
    return {
      how: { node, pod: name },
      breakIt: () => cordon(at, node, true),
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

  async heal(at, how) {
    const node = word(how, 'node');
    await cordon(at, node, null);
    return `${node} takes pods again; ${await readyAgain(at, word(how, 'pod'))}`;
  },
};
