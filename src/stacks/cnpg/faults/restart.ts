/** restart: the postmaster alone gets SIGKILL; CloudNativePG's instance manager, its parent, is left running. */

import { type NodeFault, podOnNode } from '../node-shell.ts';
import { armOnProcesses } from '../pod-processes.ts';
import { readyAgain } from './back.ts';
import { word } from './fault.ts';

/** The postmaster is the one process called postgres whose parent is not. */
const killPostmaster = `
for p in $(named postgres); do [ "$(cat /proc/$(parent $p)/comm 2>/dev/null)" = postgres ] || postmaster=$p; done
[ -n "$postmaster" ] && kill -9 $postmaster || exit 1`;
/** Prints its number once it is gone. */
const gone = `
for round in $(seq 100); do case "$(state $postmaster)" in ''|Z) echo $postmaster; exit 0;; esac; sleep 0.02; done
exit 1`;

export const restart: NodeFault = {
  async prepare(context, target) {
    const { name, uid, shell } = await podOnNode(context, target);
    const armed = await armOnProcesses(shell, uid, killPostmaster, gone);
    return {
      how: { pod: name },
      breakIt: () => armed.fire(),
      prove: async () => `the postmaster of ${name} (process ${await armed.checked()} of its node) is gone`,
    };
  },
  heal: (at, how) => readyAgain(at, word(how, 'pod')),
};
