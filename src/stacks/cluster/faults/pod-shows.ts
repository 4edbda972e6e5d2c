/** Whether the pod of an instance shows what an experiment has done to it: a proof beside that of the tool that did it. */
import { type Experiment, titleOf } from '../../../chaos-mesh/experiment.ts';
import { until } from '../../../wait.ts';
import type { ClusterAt } from '../../cnpg/faults/at.ts';
import { isReady, type Pod, podKind, refTo } from '../../cnpg/objects.ts';

const restarts = (pod: Pod): number =>
  (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);

/** The pod, where it is still the one of before: neither gone nor another one of its name. */
const same = (before: Pod, now: Pod | undefined): Pod | undefined =>
  now?.metadata.uid === before.metadata.uid ? now : undefined;

const shows: Readonly<Record<string, (pod: Pod, before: Pod) => boolean>> = {
  'PodChaos pod-kill': ({ metadata }) => metadata.deletionTimestamp !== undefined,
  'PodChaos pod-failure': (pod) => !isReady(pod),
  'PodChaos container-kill': (pod, before) => !isReady(pod) || restarts(pod) > restarts(before),
};
const means: Readonly<Record<string, string>> = {
  'PodChaos pod-kill': 'its pod is deleted',
  'PodChaos pod-failure': 'its pod is not ready',
  'PodChaos container-kill': 'a container of it has ended',
};

/**
 * @param before the pod as it was
 * @returns what the pod shows, or that this experiment does not show in one
 * @throws SetupError where it should show in the pod and does not in time
 */
export async function podShows(
  { kube, site }: ClusterAt,
  experiment: Experiment,
  before: Pod,
  withinMs: number,
): Promise<string> {
  const title = titleOf(experiment);
  const look = shows[title];
  if (!look) return 'nothing else proves it: what clients saw is in the measures';
  const { name } = before.metadata;
  const shown = async () => {
    const pod = same(before, await kube.read<Pod>(refTo(podKind, name, site.namespace)));
    return !pod || look(pod, before) ? means[title] : undefined;
  };
  return until(shown, { withinMs, everyMs: 100, what: `the pod ${name} to show ${title}` });
}
