/** delete-now: what a deletion without grace does: every process is asked to end, and a second later none is left. */
import { setTimeout as sleep } from 'node:timers/promises';
import { initOf, killHost, processesOf } from '../hosts/host.ts';
import { signalProcess } from '../hosts/processes.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { proveDown, startAgain } from './host-down.ts';
import { hostAimedAt } from './target.ts';

const graceMs = 1_000;

export const deleteNow: LabFault = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    let asked = 0;
    return {
      how: { host: host.name },
      async breakIt() {
        const init = await initOf(id);
        const pids = (await processesOf(id)).filter((pid) => pid !== init?.pid);
        for (const pid of pids) signalProcess(pid, 'SIGTERM');
        asked = pids.length;
        await sleep(graceMs);
        await killHost(id);
      },
      prove: () => proveDown(state, host, asked, ['refused']),
    };
  },
  heal: startAgain,
};
