/** operator-down: no pod of the operator is left. Instances run on, and nobody decides anything for them. */
import { until } from '../../wait.ts';
import type { Kube } from '../kube.ts';
import { operatorDeployment, operatorLabels, operatorNamespace } from '../names.ts';
import { type Deployment, deploymentKind, isReady, type Pod, podKind, refTo } from '../objects.ts';
import type { ApiFault } from './fault.ts';

const deployment = refTo(deploymentKind, operatorDeployment, operatorNamespace);
const pods = (kube: Kube) => kube.list<Pod>(podKind, operatorNamespace, operatorLabels);
const scale = (kube: Kube, replicas: number) => kube.patch(deployment, { spec: { replicas } });

export const operatorDown: ApiFault = {
  async prepare({ kube }) {
    const replicas = (await kube.read<Deployment>(deployment))?.spec.replicas ?? 1;
    return {
      how: { replicas },
      breakIt: async () => {
        await scale(kube, 0);
        // At once: a graceful stop would give its lease up and end what it is at.
        for (const { metadata } of await pods(kube))
          await kube.delete(refTo(podKind, metadata.name, operatorNamespace), 0);
      },
      prove: async () => {
        await until(async () => ((await pods(kube)).length === 0 ? true : undefined), {
          withinMs: 60_000,
          what: 'the operator to be gone',
        });
        return 'the operator has no pod';
      },
    };
  },
  async heal({ kube }, { replicas }) {
    await scale(kube, Number(replicas) || 1);
    const ready = async () => ((await pods(kube)).some(isReady) ? true : undefined);
    await until(ready, { withinMs: 180_000, everyMs: 500, what: 'the operator to be ready again' });
    return 'the operator is ready again';
  },
};
