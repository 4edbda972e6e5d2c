/** lossy: a share of the host's packets is dropped at random, both ways, but its own with itself. */
import { SetupError } from '../../../errors.ts';
import { addRules } from '../hosts/firewall.ts';
import { hostId, singleHost } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { countedBy, healRules } from './partition.ts';
import { sendPackets } from './send-packets.ts';
import { hostAimedAt } from './target.ts';

/** As many packets are sent each way as make this many losses likely: none at all is then a chance of 6 in a million. */
const lossesExpected = 12;

export const lossy: LabFault<'lossy'> = {
  async prepare({ state }, target, { share }) {
    const host = hostAimedAt(state, target, 'postgres');
    const byChance = ['-m', 'statistic', '--mode', 'random', '--probability', String(share), '-j', 'DROP'];
    return {
      how: { host: host.name },
      breakIt: () =>
        addRules(hostId(state, host.name), 'lossy', [
          ['INPUT', '-i', 'eth0', ...byChance],
          ['OUTPUT', '-o', 'eth0', ...byChance],
        ]),
      async prove() {
        const sent = Math.ceil(lossesExpected / share);
        await sendPackets(state, host, singleHost(state, 'clients'), sent);
        const dropped = await countedBy(state, host.name, 'lossy');
        if (dropped.in === 0 || dropped.out === 0)
          throw new SetupError(
            `of ${sent} packets to and from ${host.name} some should be dropped, but ${dropped.in} in and ${dropped.out} out were`,
          );
        return `${dropped.in} packets in and ${dropped.out} out were dropped while ${sent} were sent each way`;
      },
    };
  },
  heal: (state, how) => healRules(state, 'lossy', how),
};
