/** What faults left inside a running lab: rules, stopped processes, hosts and interfaces that are down, pauses. */

import { isPaused } from './faults/pooler-pause.ts';
import { run } from './hosts/command.ts';
import { rulesOf } from './hosts/firewall.ts';
import { initOf } from './hosts/host.ts';
import { inNetwork } from './hosts/network.ts';
import { listProcesses } from './hosts/processes.ts';
import { hostId } from './lab.ts';
import type { LabState } from './state.ts';

export async function faultResidue(state: LabState): Promise<{ checked: string[]; found: string[] }> {
  const found = await Promise.all(state.hosts.map(({ name, kind }) => residueOf(state, name, kind !== 'clients')));
  return {
    checked: state.hosts.map(({ name }) => `${name}: firewall rules, interface, init, stopped processes, pauses`),
    found: found.flat(),
  };
}

async function residueOf(state: LabState, name: string, hasInit: boolean): Promise<string[]> {
  const host = hostId(state, name);
  const [rules, processes, init, interfaceUp, paused] = await Promise.all([
    rulesOf(host),
    listProcesses(host),
    initOf(host),
    isInterfaceUp(state.id, name),
    isPaused(state, name),
  ]);
  return [
    ...rules.map(({ text }) => `${name} has the firewall rule ${text}`),
    ...processes.filter(({ state }) => state === 'T').map(({ pid }) => `${name}: process ${pid} is stopped`),
    ...(hasInit && !init ? [`${name} is down`] : []),
    ...(paused ? [`PgBouncer on ${name} is paused`] : []),
    ...(interfaceUp ? [] : [`the interface of ${name} is down`]),
  ];
}

async function isInterfaceUp(labId: string, name: string): Promise<boolean> {
  const [program, ...argv] = inNetwork(labId, name, ['ip', '-oneline', 'link', 'show', 'eth0']);
  return (await run(program!, argv)).includes(',UP');
}
