/** pooler-crash: the host of one PgBouncer dies at once, with every connection through it. */
import { killHost } from '../host.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { proveDown, startAgain } from './host-down.ts';
import { hostAimedAt } from './target.ts';

export const poolerCrash: LabFault = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'pooler');
    let killed = 0;
    return {
      how: { host: host.name },
      async breakIt() {
        killed = await killHost(hostId(state, host.name));
      },
      prove: () => proveDown(state, host, killed, ['refused']),
    };
  },
  heal: startAgain,
};
