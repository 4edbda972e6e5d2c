/**
 * crash: the power cord. The init of the host's process namespace gets SIGKILL, and the kernel kills PostgreSQL,
 * Patroni and all else in it at once. The network stays: the kernel of the host answers connections with a reset.
 */
import type { LabFault } from './fault.ts';
import { prepareKill, startAgain } from './host-down.ts';
import { hostAimedAt } from './target.ts';

export const crash: LabFault = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    return prepareKill(state, host);
  },
  heal: startAgain,
};
