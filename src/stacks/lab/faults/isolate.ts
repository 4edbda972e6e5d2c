/**
 * Partitions, whole or not. Rules in the host's own network namespace drop packets that enter or leave it, of established
 * connections too: all (isolate), all but those of the clients' host (isolate-from-peers), those of etcd's members
 * (isolate-from-operator), or three in ten by chance (lossy). Nothing is answered, neither way; processes inside run on
 * and reach each other.
 */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { connectFromClients, type TcpOutcome } from '../control/from-clients.ts';
import { addRules, type RuleSpec, removeRules, rulesOf } from '../hosts/firewall.ts';
import { initOf } from '../hosts/host.ts';
import { etcdHosts, hostId, singleHost } from '../lab.ts';
import { type HostPlan, ports } from '../plan.ts';
import type { LabState } from '../state.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

interface Partition {
  /** What is dropped. */
  readonly drops: (state: LabState) => readonly RuleSpec[];
  /** What a client that connects to it then sees; absent: it depends on chance. */
  readonly seen?: TcpOutcome;
  /** Where nothing gets out, nothing comes in. */
  readonly othersOnlyAnswer?: true;
}

const byChance = ['-m', 'statistic', '--mode', 'random', '--probability', '0.3'] as const;

/** Three in ten packets, but the host's own with itself. */
export const lossy = partition({
  drops: () => [
    ['INPUT', '-i', 'eth0', ...byChance, '-j', 'DROP'],
    ['OUTPUT', '-o', 'eth0', ...byChance, '-j', 'DROP'],
  ],
});

/** All traffic but the host's own with itself. */
export const isolate = partition({
  drops: () => [
    ['INPUT', '-i', 'eth0', '-j', 'DROP'],
    ['OUTPUT', '-o', 'eth0', '-j', 'DROP'],
    ['FORWARD', '-j', 'DROP'],
  ],
  seen: 'timeout',
});

/** All traffic but the host's own with itself, and with the clients. */
export const isolateFromPeers = partition({
  drops: (state) => {
    const { address } = singleHost(state, 'clients');
    return [
      ['INPUT', '-i', 'eth0', '!', '-s', address, '-j', 'DROP'],
      ['OUTPUT', '-o', 'eth0', '!', '-d', address, '-j', 'DROP'],
      ['FORWARD', '-j', 'DROP'],
    ];
  },
  seen: 'connected',
});

/** What it and etcd's members say to each other. */
export const isolateFromOperator = partition({
  drops: (state) =>
    etcdHosts(state).flatMap(({ address }): RuleSpec[] => [
      ['INPUT', '-s', address, '-j', 'DROP'],
      ['OUTPUT', '-d', address, '-j', 'DROP'],
    ]),
  seen: 'connected',
  othersOnlyAnswer: true,
});

function partition(cut: Partition): LabFault {
  const { drops } = cut;
  return {
    async prepare({ state }, target) {
      const host = hostAimedAt(state, target, 'postgres');
      return {
        how: { host: host.name },
        breakIt: () => addRules(hostId(state, host.name), drops(state)),
        prove: () => proveCut(state, host, cut),
      };
    },

    async heal(state, how) {
      const host = hostToHeal(state, how);
      const id = hostId(state, host.name);
      await removeRules(id, drops(state));
      const left = await rulesOf(id);
      if (left.length > 0) throw new SetupError(`${host.name} still drops packets: ${left[0]!.text}`);
      // A host that is down as well cannot answer; its rules are gone all the same.
      if (!(await initOf(id))) return `the rules of ${host.name} are removed; the host is down`;
      const answers = async () =>
        (await connectFromClients(state.id, host.address, ports.patroni, 500)) === 'connected' ? true : undefined;
      await until(answers, { withinMs: 10_000, what: `${host.name} to answer after its rules were removed` });
      return `the rules of ${host.name} are removed, ${host.address}:${ports.patroni} answers`;
    },
  };
}

/** A client sees what it should, and the rules have counted packets both ways. */
async function proveCut(
  state: LabState,
  host: HostPlan,
  { seen: expected, othersOnlyAnswer }: Partition,
): Promise<string> {
  const seen = await connectFromClients(state.id, host.address, ports.postgres, 500);
  if (expected && seen !== expected)
    throw new SetupError(`${host.address}:${ports.postgres} should be ${expected} to clients, but is ${seen}`);
  const counted = async () => {
    const rules = await rulesOf(hostId(state, host.name));
    const packets = (chain: string) =>
      rules.filter((rule) => rule.chain === chain).reduce((sum, rule) => sum + rule.packets, 0);
    const [into, out] = [packets('INPUT'), packets('OUTPUT')];
    return (into > 0 || othersOnlyAnswer) && out > 0 ? { into, out } : undefined;
  };
  const { into, out } = await until(counted, {
    withinMs: 15_000,
    what: `the rules of ${host.name} to drop packets both ways`,
  });
  return `${host.address}:${ports.postgres} is ${seen} to clients; ${into} packets in and ${out} out were dropped`;
}
