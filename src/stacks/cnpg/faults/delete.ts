/** delete: what `kubectl delete pod` does: a graceful stop, which waits for sessions as long as the cluster allows. */
import { until } from '../../../wait.ts';
import { type Pod, podKind, refTo } from '../objects.ts';
import { podAimedAt } from './at.ts';
import { readyAgain } from './back.ts';
import { type ApiFault, word } from './fault.ts';

interface Deleted extends Pod {
  readonly metadata: Pod['metadata'] & { readonly deletionGracePeriodSeconds?: number };
}

export const deletion: ApiFault = {
  async prepare(at, target) {
    const { kube, site } = at;
    const pod = await podAimedAt(at, target);
    const { name, uid } = pod.metadata;
    return {
      how: { pod: name },
      breakIt: () => kube.delete(refTo(podKind, name, site.namespace)),
      prove: async () => {
        const { found } = await until(
          async () => {
            const now = await kube.read<Deleted>(refTo(podKind, name, site.namespace));
            return now?.metadata.uid !== uid || now?.metadata.deletionTimestamp ? { found: now } : undefined;
          },
          { withinMs: 10_000, what: `the stop of ${name} to begin` },
        );
        if (found?.metadata.uid !== uid) return `pod ${name} is gone already`;
        return `pod ${name} is stopping, and has ${found?.metadata.deletionGracePeriodSeconds} s for it`;
      },
    };
  },
  heal: (at, how) => readyAgain(at, word(how, 'pod')),
};
