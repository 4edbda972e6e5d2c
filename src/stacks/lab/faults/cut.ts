/** cut: rules on the hosts of one group drop all packets between them and those of another, as between two zones. */
import { didYouMean, SetupError, UsageError } from '../../../errors.ts';
import { addRules, type RuleSpec, removeRules } from '../hosts/firewall.ts';
import { hostId } from '../lab.ts';
import type { HostPlan } from '../plan.ts';
import type { LabState } from '../state.ts';
import type { LabFault } from './fault.ts';
import { countedBy } from './partition.ts';
import { sendPackets } from './send-packets.ts';
import { hostsToHeal } from './target.ts';

const packetsSent = 20;

export const cut: LabFault<'cut'> = {
  async prepare({ state }, { name, hosts }, { from }) {
    const here = hostsNamed(state, name, hosts);
    const others = state.hosts.filter(({ kind, name }) => kind !== 'clients' && !hosts.includes(name));
    const there = from ? hostsNamed(state, 'from', from) : others;
    const both = here.find((host) => there.includes(host));
    if (both) throw new UsageError(`cut needs two groups apart, but ${both.name} is in both`);
    if (there.length === 0) throw new UsageError(`cut needs hosts on the other side, but ${name} has all of them`);
    return {
      how: { hosts: here.map((host) => host.name) },
      breakIt: () => each(here, (host) => addRules(hostId(state, host.name), 'cut', dropsTo(there))),
      async prove() {
        await each(here, (host) => proveCut(state, host, there));
        return `${name} (${hosts.join(', ')}) and ${there.map((host) => host.name).join(', ')} do not reach each other`;
      },
    };
  },

  async heal(state, how) {
    const hosts = hostsToHeal(state, how);
    await each(hosts, async ({ name }) => {
      const [left] = await removeRules(hostId(state, name), 'cut');
      if (left) throw new SetupError(`${name} still drops packets: ${left.text}`);
    });
    return `the rules of ${hosts.map(({ name }) => name).join(', ')} are removed`;
  },
};

const dropsTo = (others: readonly HostPlan[]): RuleSpec[] =>
  others.flatMap(({ address }): RuleSpec[] => [
    ['INPUT', '-s', address, '-j', 'DROP'],
    ['OUTPUT', '-d', address, '-j', 'DROP'],
  ]);

/** Packets are sent to and from each host of the other side, and each rule must have met some. */
async function proveCut(state: LabState, host: HostPlan, others: readonly HostPlan[]): Promise<void> {
  for (const other of others) await sendPackets(state, host, other, packetsSent);
  const dropped = await countedBy(state, host.name, 'cut');
  const expected = packetsSent * others.length;
  if (dropped.in < expected || dropped.out < expected)
    throw new SetupError(
      `${expected} packets each way should be dropped at ${host.name}, but ${dropped.in} in and ${dropped.out} out were`,
    );
}

function hostsNamed(state: LabState, group: string, names: readonly string[]): HostPlan[] {
  const known = state.hosts.map(({ name }) => name);
  return names.map((name) => {
    const host = state.hosts.find((one) => one.name === name);
    if (!host)
      throw new UsageError(`the group ${group} has the host ${name}, which the lab does not${didYouMean(name, known)}`);
    return host;
  });
}

const each = async (hosts: readonly HostPlan[], work: (host: HostPlan) => Promise<void>): Promise<void> =>
  void (await Promise.all(hosts.map(work)));
