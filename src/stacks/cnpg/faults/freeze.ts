/** freeze: every process of PostgreSQL in the pod is stopped; sockets stay open, the instance manager runs on. */

import type { PreparedFault } from '../../../faults/contract.ts';
import { type NodeFault, type PodOnNode, podOnNode } from '../node-shell.ts';
import { armOnProcesses, onProcesses, podFunctions } from '../pod-processes.ts';
import { word } from './fault.ts';

const stopAll = 'kill -STOP $(named "$2") 2>/dev/null';
/** All are in state T: one may have been forked meanwhile. Prints how many. */
const allStopped = `
for round in $(seq 50); do
  all=$(named "$2"); [ -n "$all" ] || exit 1
  running=; for p in $all; do case "$(state $p)" in T|t|Z|'') ;; *) running=$p;; esac; done
  [ -z "$running" ] && { echo $all | wc -w; exit 0; }
  kill -STOP $all 2>/dev/null; sleep 0.02
done
exit 1`;
/** Whatever of the pod is stopped goes on. Prints how many were, and fails if one still is. */
export const goOn = `
stopped=; for p in $(processes); do [ "$(state $p)" = T ] && stopped="$stopped $p"; done
[ -n "$stopped" ] && kill -CONT $stopped 2>/dev/null
for p in $stopped; do [ "$(state $p)" = T ] && exit 1; done
echo $stopped | wc -w`;

/** Makes ready to stop the processes of this name in a pod. */
export async function freezeNamed({ name, uid, shell, node }: PodOnNode, program: string): Promise<PreparedFault> {
  await shell.guard?.(`${podFunctions}\n${goOn}`, [uid]);
  const armed = await armOnProcesses(shell, uid, stopAll, allStopped, [program]);
  return {
    how: { pod: name, uid, node },
    breakIt: () => armed.fire(),
    prove: async () => `${await armed.checked()} processes of ${program} in ${name} are stopped`,
  };
}

export const freeze: NodeFault = {
  prepare: async (context, target) => freezeNamed(await podOnNode(context, target), 'postgres'),
  async heal({ shell }, how) {
    const went = Number(await onProcesses(await shell(word(how, 'node')), word(how, 'uid'), goOn));
    return went > 0 ? `${went} processes of ${word(how, 'pod')} go on` : `no process of ${word(how, 'pod')} is stopped`;
  },
};
