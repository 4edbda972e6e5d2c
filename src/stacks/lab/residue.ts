/** What faults left inside a running lab: rules, stopped processes, hosts that are down, interfaces that are down. */
import { readFile } from 'node:fs/promises';
import { run } from './command.ts';
import { rulesOf } from './firewall.ts';
import { initOf, processesOf } from './host.ts';
import { hostId } from './lab.ts';
import { inNetwork } from './network.ts';
import type { LabState } from './state.ts';

export async function faultResidue(state: LabState): Promise<{ checked: string[]; found: string[] }> {
  const found = await Promise.all(state.hosts.map(({ name, kind }) => residueOf(state, name, kind !== 'clients')));
  return {
    checked: state.hosts.map(({ name }) => `${name}: firewall rules, interface, init, stopped processes`),
    found: found.flat(),
  };
}

async function residueOf(state: LabState, name: string, hasInit: boolean): Promise<string[]> {
  const host = hostId(state, name);
  const [rules, stopped, init, interfaceUp] = await Promise.all([
    rulesOf(host),
    stoppedProcesses(await processesOf(host)),
    initOf(host),
    isInterfaceUp(state.id, name),
  ]);
  return [
    ...rules.map(({ text }) => `${name} has the firewall rule ${text}`),
    ...stopped.map((pid) => `${name}: process ${pid} is stopped`),
    ...(hasInit && !init ? [`${name} is down`] : []),
    ...(interfaceUp ? [] : [`the interface of ${name} is down`]),
  ];
}

async function stoppedProcesses(pids: readonly number[]): Promise<number[]> {
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')));
  return pids.filter((_, i) => stateIn(stats[i]!) === 'T');
}

/** The state letter of a line of /proc/PID/stat; it follows the name in brackets. */
export const stateIn = (stat: string): string => stat.charAt(stat.lastIndexOf(')') + 2);

async function isInterfaceUp(labId: string, name: string): Promise<boolean> {
  const [program, ...argv] = inNetwork(labId, name, ['ip', '-oneline', 'link', 'show', 'eth0']);
  return (await run(program!, argv)).includes(',UP');
}
