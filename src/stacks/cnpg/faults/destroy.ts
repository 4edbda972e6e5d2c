/** destroy: the Cluster is deleted, and with it every pod and every volume of it. What is left is the object store. */
import { until } from '../../../wait.ts';
import { labels } from '../names.ts';
import { claimKind, clusterKind, type KubeObject, type Pod, podKind, refTo } from '../objects.ts';
import type { ApiFault } from './fault.ts';

export const destroy: ApiFault = {
  async prepare({ kube, site }) {
    const ofCluster = `${labels.cluster}=${site.cluster}`;
    const claims = await kube.list<KubeObject>(claimKind, site.namespace, ofCluster);
    return {
      how: {},
      async breakIt() {
        await kube.delete(refTo(clusterKind, site.cluster, site.namespace));
        const pods = await kube.list<Pod>(podKind, site.namespace, `${ofCluster},${labels.podRole}=instance`);
        for (const { metadata } of pods) await kube.delete(refTo(podKind, metadata.name, site.namespace), 0);
        for (const { metadata } of claims) await kube.delete(refTo(claimKind, metadata.name, site.namespace));
      },
      async prove() {
        const gone = async () => {
          const pods = await kube.list<Pod>(podKind, site.namespace, `${ofCluster},${labels.podRole}=instance`);
          const left = await kube.list<KubeObject>(claimKind, site.namespace, ofCluster);
          return pods.length + left.length === 0 ? true : undefined;
        };
        await until(gone, { withinMs: 120_000, everyMs: 500, what: `the Cluster ${site.cluster} to be gone` });
        return `the Cluster ${site.cluster} has no pod left, and none of its ${claims.length} volumes`;
      },
    };
  },
  heal: async () => 'nothing to undo: the cluster is gone for good',
};
