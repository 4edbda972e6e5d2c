/**
 * switchover: the operator is asked as `kubectl cnpg promote` asks it, by a patch of the Cluster's status. Aimed at the
 * primary, a standby is chosen here, the first that is ready; aimed at a standby, that one is promoted.
 */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { instanceSelector } from '../names.ts';
import { type Cluster, clusterKind, isReady, type Pod, podKind, refTo } from '../objects.ts';
import { podAimedAt } from './at.ts';
import type { ApiFault } from './fault.ts';

export const switchover: ApiFault = {
  async prepare(at, target) {
    const { kube, site } = at;
    const cluster = refTo(clusterKind, site.cluster, site.namespace);
    const aimed = await podAimedAt(at, target);
    const primary = (await kube.read<Cluster>(cluster))?.status?.currentPrimary;
    const pods = await kube.list<Pod>(podKind, site.namespace, instanceSelector(site.cluster));
    const standbys = pods
      .filter((pod) => pod.metadata.name !== primary && isReady(pod))
      .map(({ metadata }) => metadata.name);
    const candidate = aimed.metadata.name === primary ? standbys.sort()[0] : aimed.metadata.name;
    if (!candidate) throw new SetupError('a switchover needs a standby that is ready, but there is none');
    return {
      how: { from: primary, to: candidate },
      breakIt: () =>
        kube.patch(
          cluster,
          {
            status: {
              targetPrimary: candidate,
              // Microseconds, as the operator writes it.
              targetPrimaryTimestamp: new Date().toISOString().replace('Z', '000Z'),
              phase: 'Switchover in progress',
              phaseReason: `Switching over to ${candidate}`,
            },
          },
          'status',
        ),
      prove: async () => {
        const { phase } = await until(
          async () => {
            const status = (await kube.read<Cluster>(cluster))?.status;
            return status?.targetPrimary === candidate || status?.currentPrimary === candidate ? status : undefined;
          },
          { withinMs: 10_000, what: `the operator to take ${candidate} as the next primary` },
        );
        return `the Cluster wants ${candidate} as its primary: ${phase}`;
      },
    };
  },
  heal: async () => 'nothing to undo: a switchover ends unaided',
};
