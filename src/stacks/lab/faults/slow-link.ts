/** slow-link: what the host sends passes a program that holds each packet for a while, in their order. */
import { SetupError } from '../../../errors.ts';
import { roundTripFromClients } from '../control/from-clients.ts';
import { addRules } from '../hosts/firewall.ts';
import { hostId } from '../lab.ts';
import { ports } from '../plan.ts';
import type { LabFault } from './fault.ts';
import { holdPackets, queueNumber, releasePackets } from './hold-packets.ts';
import { healRules } from './partition.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

export const slowLink: LabFault<'slow-link'> = {
  async prepare({ state }, target, { delayMs, jitterMs }) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    const trip = () => roundTripFromClients(state.id, host.address, ports.patroni);
    const beforeMs = await trip();
    return {
      how: { host: host.name },
      async breakIt() {
        await holdPackets(id, delayMs, jitterMs);
        // Where nobody serves the queue, packets pass.
        const queue = ['--queue-num', String(queueNumber), '--queue-bypass'];
        await addRules(id, 'slow-link', [['OUTPUT', '-o', 'eth0', '-j', 'NFQUEUE', ...queue]]);
      },
      async prove() {
        const nowMs = await trip();
        const what = `a round trip to ${host.address} takes ${nowMs.toFixed(1)} ms, ${beforeMs.toFixed(1)} ms before`;
        if (nowMs - beforeMs < (delayMs - jitterMs) / 2) throw new SetupError(`${what}: ${delayMs} ms should be added`);
        return what;
      },
    };
  },

  async heal(state, how) {
    const { name } = hostToHeal(state, how);
    // The rule first, so that nothing new is held.
    const network = await healRules(state, 'slow-link', how);
    await releasePackets(hostId(state, name));
    return `packets of ${name} are no longer held; ${network}`;
  },
};
