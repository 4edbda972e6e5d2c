/**
 * crash: every process of the pod gets SIGKILL at once, its sandbox's too. Nothing shuts down, no lease is released. The
 * kubelet starts the pod again in place a few seconds later, with another address: that is what Kubernetes does.
 */
import { SetupError } from '../../../errors.ts';
import type { PreparedFault } from '../../../faults/contract.ts';
import { type NodeFault, type PodOnNode, podOnNode } from '../node-shell.ts';
import { armOnProcesses } from '../pod-processes.ts';
import { readyAgain } from './back.ts';
import { word } from './fault.ts';

const killAll = 'all=$(processes); kill -9 $all 2>/dev/null';
/** None is left: one may have forked between the listing and its death. Prints how many there were. */
const noneLeft = `
for round in $(seq 100); do left=$(processes); [ -z "$left" ] && break; kill -9 $left 2>/dev/null; sleep 0.02; done
[ -z "$left" ] && echo $all | wc -w`;

/** Makes ready to kill all processes of a pod; what heals it needs the pod's name. */
export async function killPod({ name, uid, shell, node }: PodOnNode): Promise<PreparedFault> {
  // The check follows in the same script: a moment later the kubelet may have started new ones.
  const armed = await armOnProcesses(shell, uid, killAll, noneLeft);
  return {
    how: { pod: name },
    breakIt: () => armed.fire(),
    prove: async () => {
      const killed = Number(await armed.checked());
      if (!(killed > 0))
        throw new SetupError(`${name} should have had processes on ${node} to kill, but none was found`);
      return `${killed} processes of ${name} on ${node} killed, none was left`;
    },
  };
}

export const crash: NodeFault = {
  prepare: async (context, target) => killPod(await podOnNode(context, target)),
  heal: (at, how) => readyAgain(at, word(how, 'pod')),
};
