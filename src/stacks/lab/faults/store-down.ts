/** store-down: the object store's host loses its power; its disk stays, so that it comes back with what it had. */
import { singleHost } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { prepareKill, startAgain } from './host-down.ts';
import { hostAimedAt } from './target.ts';

export const storeDown: LabFault = {
  async prepare({ state }, target) {
    // Scenarios that run on every stack say `store`.
    const name = target.name === 'store' ? singleHost(state, 'minio').name : target.name;
    const host = hostAimedAt(state, { name }, 'minio');
    return prepareKill(state, host);
  },
  heal: startAgain,
};
