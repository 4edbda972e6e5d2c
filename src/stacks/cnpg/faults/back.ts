/** Shared by faults after which the platform restarts the instance. */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { isReady, type Pod, podKind, refTo } from '../objects.ts';
import { podTrouble } from '../ready.ts';
import type { ClusterAt } from './at.ts';

/** The kubelet's back-off alone is up to 5 minutes. */
export const backWithinMs = 300_000;

/** Waits until the instance's pod exists and is ready again. @throws SetupError where it is not in time */
export async function readyAgain({ kube, site }: ClusterAt, name: string): Promise<string> {
  let trouble: string | undefined = 'it has no pod';
  const pod = await until(
    async () => {
      const now = await kube
        .read<Pod>(refTo(podKind, name, site.namespace))
        .catch((error: Error) => void (trouble = error.message));
      if (now && isReady(now)) return now;
      if (now) trouble = podTrouble(now);
      return undefined;
    },
    { withinMs: backWithinMs, everyMs: 500, what: `${name} to be ready again`, why: () => String(trouble) },
  );
  const [container] = pod.status?.containerStatuses ?? [];
  if (!container) throw new SetupError(`${name} is ready, but reports no container`);
  return `${name} is ready again as ${pod.status?.podIP}, restarted ${container.restartCount} times in place`;
}
