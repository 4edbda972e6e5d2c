/** pooler-crash: the host of one PgBouncer dies at once, with every connection through it. */
import type { LabFault } from './fault.ts';
import { prepareKill, startAgain } from './host-down.ts';
import { hostAimedAt } from './target.ts';

export const poolerCrash: LabFault = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'pooler');
    return prepareKill(state, host);
  },
  heal: startAgain,
};
