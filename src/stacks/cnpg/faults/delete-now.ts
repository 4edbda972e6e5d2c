/** delete-now: deletion with grace 0. Unlike a crash: the kubelet sends SIGTERM and waits a second. */

import { until } from '../../../wait.ts';
import { type NodeFault, podOnNode } from '../node-shell.ts';
import { podKind, refTo } from '../objects.ts';
import { countProcesses } from '../pod-processes.ts';
import { readyAgain } from './back.ts';
import { word } from './fault.ts';

export const deleteNow: NodeFault = {
  async prepare(context, target) {
    const { kube, site } = context;
    const { name, uid, shell, node } = await podOnNode(context, target);
    return {
      how: { pod: name },
      breakIt: () => kube.delete(refTo(podKind, name, site.namespace), 0),
      prove: async () => {
        const gone = async () => ((await countProcesses(shell, uid)) === 0 ? true : undefined);
        await until(gone, { withinMs: 60_000, what: `the processes of ${name} to end on ${node}` });
        return `no process of the deleted pod ${name} is left on ${node}`;
      },
    };
  },
  heal: (at, how) => readyAgain(at, word(how, 'pod')),
};
