/** Rules of iptables inside a host's network namespace. Each carries a mark, so that leftovers are distinguishable from others'. */
import { run } from './command.ts';
import type { HostId } from './host.ts';
import { inNetwork } from './network.ts';

const mark = ['-m', 'comment', '--comment', 'pgdrill'] as const;
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

/** Puts rules before all others, in the order given. */
export async function addRules(host: HostId, specs: readonly RuleSpec[]): Promise<void> {
  for (const [chain, ...rest] of specs) await iptables(host, ['-I', chain, ...mark, ...rest]);
}

/** Removes rules as often as they are there. */
export async function removeRules(host: HostId, specs: readonly RuleSpec[]): Promise<void> {
  for (const [chain, ...rest] of specs) {
    const there = () =>
      iptables(host, ['-C', chain, ...mark, ...rest]).then(
        () => true,
        () => false,
      );
    while (await there()) await iptables(host, ['-D', chain, ...mark, ...rest]);
  }
}

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
