/** node-crash: the whole machine goes dark: its network first, so that nothing is answered any more, then all processes. */
import type { UndoRecord } from '../../../faults/target.ts';
import { killHost } from '../hosts/host.ts';
import { setInterface } from '../hosts/interface.ts';
import { hostId } from '../lab.ts';
import type { LabState } from '../state.ts';
import type { LabFault } from './fault.ts';
import { proveDown, startAgain } from './host-down.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

export const nodeCrash: LabFault = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    let killed = 0;
    return {
      how: { host: host.name },
      async breakIt() {
        await setInterface(id, 'down');
        killed = await killHost(id);
      },
      prove: () => proveDown(state, host, killed, ['timeout', 'unreachable']),
    };
  },

  async heal(state: LabState, how: UndoRecord['how']) {
    await setInterface(hostId(state, hostToHeal(state, how).name), 'up');
    return startAgain(state, how);
  },
};
