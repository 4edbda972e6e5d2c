/**
 * What the partitions share. Rules in the host's own network namespace drop packets that enter or leave it, of
 * established connections too. Nothing is answered; processes inside run on and reach each other.
 */
import { SetupError } from '../../../errors.ts';
import type { How, Instance } from '../../../faults/aim.ts';
import type { PreparedFault } from '../../../faults/contract.ts';
import type { FaultKind } from '../../../faults/index.ts';
import { until } from '../../../wait.ts';
import type { TcpOutcome } from '../../tcp.ts';
import { connectFromClients } from '../control/from-clients.ts';
import { addRules, type Rule, type RuleSpec, removeRules, rulesOf, rulesOfFault } from '../hosts/firewall.ts';
import { initOf } from '../hosts/host.ts';
import { hostId } from '../lab.ts';
import { type HostPlan, ports } from '../plan.ts';
import type { LabState } from '../state.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

/** As the host sees packets. */
export type Way = 'in' | 'out';

export interface Partition {
  /** What is dropped. */
  readonly drops: (state: LabState) => readonly RuleSpec[];
  /** What a client that connects to it then sees. */
  readonly seen: TcpOutcome;
  /** The rules that must have met packets; both unless it says otherwise. */
  readonly counts?: readonly Way[];
}

/** A fault that drops packets of one host by rules that never change. */
export const partition = (fault: FaultKind, cut: Partition): LabFault<'isolate'> => ({
  prepare: async ({ state }, target) => preparePartition(state, target, fault, cut),
  heal: (state, how) => healRules(state, fault, how),
});

/** The host of the target, whose packets are then dropped. */
export function preparePartition(state: LabState, target: Instance, fault: FaultKind, cut: Partition): PreparedFault {
  const host = hostAimedAt(state, target, 'postgres');
  return {
    how: { host: host.name },
    breakIt: () => addRules(hostId(state, host.name), fault, cut.drops(state)),
    prove: () => proveCut(state, host, fault, cut),
  };
}

/** Removes the rules of a fault, and waits until the host answers clients. */
export async function healRules(state: LabState, fault: FaultKind, how: How): Promise<string> {
  const host = hostToHeal(state, how);
  const id = hostId(state, host.name);
  const left = await removeRules(id, fault);
  if (left.length > 0) throw new SetupError(`${host.name} still drops packets: ${left[0]!.text}`);
  // A host that is down as well cannot answer; its rules are gone all the same.
  if (!(await initOf(id))) return `the rules of ${host.name} are removed; the host is down`;
  // Nor one that another fault cuts off.
  const others = await rulesOf(id);
  if (others.length > 0) return `the rules of ${host.name} are removed; another fault still drops its packets`;
  const answers = async () =>
    (await connectFromClients(state.id, host.address, ports.patroni, 500)) === 'connected' ? true : undefined;
  await until(answers, { withinMs: 10_000, what: `${host.name} to answer after its rules were removed` });
  return `the rules of ${host.name} are removed, ${host.address}:${ports.patroni} answers`;
}

/** Packets that the rules of a fault have met, by chain. */
export async function countedBy(state: LabState, name: string, fault: FaultKind): Promise<Record<Way, number>> {
  const rules = rulesOfFault(await rulesOf(hostId(state, name)), fault);
  const packets = (chain: Rule['chain']) =>
    rules.filter((rule) => rule.chain === chain).reduce((sum, rule) => sum + rule.packets, 0);
  return { in: packets('INPUT'), out: packets('OUTPUT') };
}

/** A client sees what it should, and the rules have counted packets both ways. */
async function proveCut(
  state: LabState,
  host: HostPlan,
  fault: FaultKind,
  { seen: expected, counts = ['in', 'out'] }: Partition,
): Promise<string> {
  const seen = await connectFromClients(state.id, host.address, ports.postgres, 500);
  if (seen !== expected)
    throw new SetupError(`${host.address}:${ports.postgres} should be ${expected} to clients, but is ${seen}`);
  const counted = async () => {
    const dropped = await countedBy(state, host.name, fault);
    return counts.every((way) => dropped[way] > 0) ? dropped : undefined;
  };
  const dropped = await until(counted, {
    withinMs: 15_000,
    what: `the rules of ${host.name} to drop packets ${counts.join(' and ')}`,
  });
  return `${host.address}:${ports.postgres} is ${seen} to clients; ${dropped.in} packets in and ${dropped.out} out were dropped`;
}
