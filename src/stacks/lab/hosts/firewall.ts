/** Rules of iptables inside a host's network namespace. Each carries the mark of the fault that it belongs to. */
import { run } from './command.ts';
import type { HostId } from './host.ts';
import { inNetwork } from './network.ts';

/** Another process may be at the table at the same moment. */
const wait = ['-w', '5'] as const;

export interface Rule {
  readonly chain: string;
  readonly packets: number;
  readonly text: string;
}
/** A chain and what follows it, as in `INPUT -i eth0 -j DROP`. */
export type RuleSpec = readonly [string, ...string[]];

const iptables = (host: HostId, argv: readonly string[]): Promise<string> => {
  const [program, ...rest] = inNetwork(host.labId, host.name, ['iptables', ...wait, ...argv]);
  return run(program!, rest);
};

/** Puts rules before all others, in the order given, marked as those of a fault. */
export async function addRules(host: HostId, fault: string, specs: readonly RuleSpec[]): Promise<void> {
  for (const [chain, ...rest] of specs)
    await iptables(host, ['-I', chain, '-m', 'comment', '--comment', markOf(fault), ...rest]);
}

/** Removes all rules of a fault, repeated ones too. @returns those that are left */
export async function removeRules(host: HostId, fault: string): Promise<Rule[]> {
  const marked = async () => rulesOfFault(await rulesOf(host), fault);
  for (const { text } of await marked()) {
    const [, ...spec] = text.replace(/ -c \d+ \d+/, '').split(' ');
    await iptables(host, ['-D', ...spec]);
  }
  return marked();
}

const markOf = (fault: string): string => `pgdrill-${fault}`;
export const rulesOfFault = (rules: readonly Rule[], fault: string): Rule[] =>
  rules.filter(({ text }) => text.includes(` --comment ${markOf(fault)} `));

/** All rules of the host, ours or not, with how many packets each has met. */
export async function rulesOf(host: HostId): Promise<Rule[]> {
  return parseRules(await iptables(host, ['-S', '-v']));
}

/** Reads what `iptables -S -v` prints: `-A INPUT -i eth0 … -c 12 3456 -j DROP`. */
export function parseRules(text: string): Rule[] {
  return text.split('\n').flatMap((line) => {
    const [, chain] = /^-A (\S+)/.exec(line) ?? [];
    const [, packets] = / -c (\d+) \d+/.exec(line) ?? [];
    return chain ? [{ chain, packets: Number(packets ?? 0), text: line }] : [];
  });
}
