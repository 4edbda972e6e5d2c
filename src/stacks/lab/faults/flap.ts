/** flap: the interface of the host goes down, so that its own programs know; the drill's schedule brings it up again. */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { connectFromClients } from '../control/from-clients.ts';
import { initOf } from '../hosts/host.ts';
import { interfaceOf, setInterface } from '../hosts/interface.ts';
import { hostId } from '../lab.ts';
import { ports } from '../plan.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

export const flap: LabFault<'flap'> = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    return {
      how: { host: host.name },
      breakIt: async () => void (await setInterface(id, 'down')),
      async prove() {
        if ((await interfaceOf(id)).up) throw new SetupError(`the interface of ${host.name} should be down, but is up`);
        const seen = await connectFromClients(state.id, host.address, ports.postgres, 500);
        if (seen !== 'timeout' && seen !== 'unreachable')
          throw new SetupError(`${host.address} should not answer clients, but is ${seen}`);
        return `the interface of ${host.name} is down, ${host.address} is ${seen} to clients`;
      },
    };
  },

  async heal(state, how) {
    const host = hostToHeal(state, how);
    const id = hostId(state, host.name);
    await setInterface(id, 'up');
    if (!(await initOf(id))) return `the interface of ${host.name} is up; the host is down`;
    const answers = async () =>
      (await connectFromClients(state.id, host.address, ports.patroni, 500)) === 'connected' ? true : undefined;
    await until(answers, { withinMs: 10_000, what: `${host.name} to answer after its interface was set up` });
    return `the interface of ${host.name} is up, ${host.address}:${ports.patroni} answers`;
  },
};
