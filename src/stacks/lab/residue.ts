/** What faults left inside a running lab: rules, stopped processes, hosts and interfaces that are down, pauses. */

import { holders } from './faults/hold-packets.ts';
import { isPaused } from './faults/pooler-pause.ts';
import { isLimited } from './hosts/control-group.ts';
import { rulesOf } from './hosts/firewall.ts';
import { initOf } from './hosts/host.ts';
import { interfaceOf } from './hosts/interface.ts';
import { listProcesses } from './hosts/processes.ts';
import { throttledDevices } from './hosts/throttle.ts';
import { hostId } from './lab.ts';
import type { LabState } from './state.ts';

export async function faultResidue(state: LabState): Promise<{ checked: string[]; found: string[]; hosts: string[] }> {
  const found = await Promise.all(state.hosts.map(({ name, kind }) => residueOf(state, name, kind !== 'clients')));
  const slow = await throttledDevices(state.id);
  return {
    checked: state.hosts.map(
      ({ name }) => `${name}: firewall rules, interface, init, stopped processes, held packets, pauses`,
    ),
    hosts: state.hosts.map(({ name }) => name),
    found: [...found.flat(), ...slow.map((device) => `the disk ${device} has a limit of writes`)],
  };
}

async function residueOf(state: LabState, name: string, hasInit: boolean): Promise<string[]> {
  const host = hostId(state, name);
  const [rules, processes, init, { up, shaped }, paused, holding] = await Promise.all([
    rulesOf(host),
    listProcesses(host),
    initOf(host),
    interfaceOf(host),
    isPaused(state, name),
    holders(host),
  ]);
  return [
    ...rules.map(({ text }) => `${name} has the firewall rule ${text}`),
    ...processes.filter(({ state }) => state === 'T').map(({ pid }) => `${name}: process ${pid} is stopped`),
    ...(hasInit && !init ? [`${name} is down`] : []),
    ...(paused ? [`PgBouncer on ${name} is paused`] : []),
    ...(['cpu', 'memory'] as const)
      .filter((controller) => isLimited(host, controller))
      .map((controller) => `the processes of ${name} have a limit of ${controller}`),
    ...holding.map((pid) => `${name}: process ${pid} holds packets`),
    ...(up ? [] : [`the interface of ${name} is down`]),
    ...(shaped ? [`what ${name} sends is shaped`] : []),
  ];
}
