/** delete-now: deletion with grace 0. It is no crash: the kubelet sends SIGTERM and gives a second. */
import { readyAgain } from '../../cnpg/faults/back.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { namespace } from '../../cnpg/names.ts';
import { podKind, refTo } from '../../cnpg/objects.ts';
import { until } from '../../wait.ts';
import { type K3sFault, podOnNode } from './context.ts';
import { countProcesses } from './pod-processes.ts';

export const deleteNow: K3sFault = {
  async prepare(context, target) {
    const { kube } = context;
    const { name, uid, container, node } = await podOnNode(context, target);
    return {
      how: { pod: name },
      breakIt: () => kube.delete(refTo(podKind, name, namespace), 0),
      prove: async () => {
        const gone = async () => ((await countProcesses(container, uid)) === 0 ? true : undefined);
        await until(gone, { withinMs: 60_000, what: `the processes of ${name} to end on ${node}` });
        return `no process of the deleted pod ${name} is left on ${node}`;
      },
    };
  },
  heal: ({ kube }, how) => readyAgain(kube, word(how, 'pod')),
};
