/** store-down: no pod of the object store is left; its volume stays, so that it comes back with what it had. */

import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { storeDeployment } from '../names.ts';
import { type Deployment, deploymentKind, isReady, type Pod, podKind, refTo } from '../objects.ts';
import type { ClusterAt } from './at.ts';
import type { ApiFault } from './fault.ts';

const pods = ({ kube, site }: ClusterAt) => kube.list<Pod>(podKind, site.namespace, `app=${storeDeployment}`);
const scale = ({ kube, site }: ClusterAt, replicas: number) =>
  kube.patch(refTo(deploymentKind, storeDeployment, site.namespace), { spec: { replicas } });

export const storeDown: ApiFault = {
  async prepare(at) {
    const { kube, site } = at;
    if (!(await kube.read<Deployment>(refTo(deploymentKind, storeDeployment, site.namespace))))
      throw new SetupError(
        `the object store should be the Deployment ${storeDeployment} in ${site.namespace}, but is not`,
      );
    return {
      how: {},
      async breakIt() {
        await scale(at, 0);
        for (const { metadata } of await pods(at)) await kube.delete(refTo(podKind, metadata.name, site.namespace), 0);
      },
      async prove() {
        const gone = async () => ((await pods(at)).length === 0 ? true : undefined);
        await until(gone, { withinMs: 60_000, what: 'the object store to be gone' });
        return 'the object store has no pod';
      },
    };
  },
  async heal(at) {
    await scale(at, 1);
    const ready = async () => ((await pods(at)).some(isReady) ? true : undefined);
    await until(ready, { withinMs: 120_000, everyMs: 500, what: 'the object store to be ready again' });
    return 'the object store is ready again';
  },
};
