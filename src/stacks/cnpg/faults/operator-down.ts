/** operator-down: no pod of the operator is left. Instances run on, and nobody decides anything for them. */
import { SetupError } from '../../../errors.ts';
import type { UndoRecord } from '../../../faults/target.ts';
import { until } from '../../../wait.ts';
import { operatorLabels } from '../names.ts';
import { type Deployment, deploymentKind, isReady, type Pod, podKind, refTo } from '../objects.ts';
import type { ClusterAt } from './at.ts';
import { type ApiFault, word } from './fault.ts';

const pods = ({ kube, site }: ClusterAt) => kube.list<Pod>(podKind, site.operatorNamespace, operatorLabels);
const deployments = ({ kube, site }: ClusterAt) =>
  kube.list<Deployment>(deploymentKind, site.operatorNamespace, operatorLabels);
/** By the subresource: the right to change the Deployment would be the right to run anything as the operator. */
const scale = ({ kube, site }: ClusterAt, deployment: string, replicas: number) =>
  kube.patch(refTo(deploymentKind, deployment, site.operatorNamespace), { spec: { replicas } }, 'scale');

export const operatorDown: ApiFault = {
  async prepare(at) {
    const { kube, site } = at;
    const [found] = await deployments(at);
    if (!found)
      throw new SetupError(`the operator should be a Deployment in ${site.operatorNamespace}, but there is none`);
    const deployment = found.metadata.name;
    return {
      how: { deployment, replicas: found.spec.replicas ?? 1 },
      breakIt: async () => {
        await scale(at, deployment, 0);
        // At once: a graceful stop would give its lease up and end what it is at.
        for (const { metadata } of await pods(at))
          await kube.delete(refTo(podKind, metadata.name, site.operatorNamespace), 0);
      },
      prove: async () => {
        await until(async () => ((await pods(at)).length === 0 ? true : undefined), {
          withinMs: 60_000,
          what: 'the operator to be gone',
        });
        return 'the operator has no pod';
      },
    };
  },
  heal: (at, how) => restored(at, how),
  async healWithout(at, how) {
    return (await deployments(at)).length > 0 ? restored(at, how) : 'there is no operator any more';
  },
};

async function restored(at: ClusterAt, how: UndoRecord['how']): Promise<string> {
  const deployment = word(how, 'deployment');
  const operators = await deployments(at);
  // The record may come from another hand: nothing but an operator is scaled.
  if (!operators.some(({ metadata }) => metadata.name === deployment))
    throw new SetupError(
      `the undo record names the Deployment ${deployment}, which is not an operator of CloudNativePG in ${at.site.operatorNamespace}`,
    );
  await scale(at, deployment, Number(how.replicas) || 1);
  const ready = async () => ((await pods(at)).some(isReady) ? true : undefined);
  await until(ready, { withinMs: 180_000, everyMs: 500, what: 'the operator to be ready again' });
  return 'the operator is ready again';
}
