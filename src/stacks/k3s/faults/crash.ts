/**
 * crash: every process of the pod gets SIGKILL at once, its sandbox's too. Nothing shuts down, no lease is released. The
 * kubelet starts the pod again in place a few seconds later, with another address: that is what Kubernetes does.
 */
import { SetupError } from '../../../errors.ts';
import { readyAgain } from '../../cnpg/faults/back.ts';
import { word } from '../../cnpg/faults/fault.ts';
import { type K3sFault, podOnNode } from './context.ts';
import { armOnProcesses } from './pod-processes.ts';

/** Kills until none is left: a process may fork between the listing and its death. Prints how many there were. */
const killAll = `
all=$(processes)
kill -9 $all 2>/dev/null
for round in $(seq 100); do left=$(processes); [ -z "$left" ] && break; kill -9 $left 2>/dev/null; sleep 0.02; done
[ -z "$left" ] && echo $all | wc -w`;

export const crash: K3sFault = {
  async prepare(context, target) {
    const { name, uid, container, node } = await podOnNode(context, target);
    const armed = await armOnProcesses(container, uid, killAll);
    let killed = 0;
    return {
      how: { pod: name },
      breakIt: async () => {
        killed = Number(await armed.fire());
      },
      // The same script killed them and saw that none was left: a moment later the kubelet may have started new ones.
      prove: async () => {
        if (!(killed > 0))
          throw new SetupError(`${name} should have had processes on ${node} to kill, but none was found`);
        return `${killed} processes of ${name} on ${node} killed, none was left`;
      },
    };
  },
  heal: ({ kube }, how) => readyAgain(kube, word(how, 'pod')),
};
