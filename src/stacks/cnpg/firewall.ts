/** Rules in a node that drop what crosses its network card, both ways, established connections too. */
import type { NodeShell } from './node-shell.ts';

/** Our chains: seen in any listing as ours, and removed as a whole. */
const into = 'PGDRILL-IN';
const out = 'PGDRILL-OUT';
// `mangle` comes before any address translation and sees what is forwarded to pods as well as what the node sends.
const table = 'iptables -w 5 -t mangle';

/** Connections that are let through, so that the drill still sees the instance: to a port, from anywhere or from one address. */
export type Spared = 'port' | 'port-from';
const conditions = {
  port: '-m conntrack --ctorigdstport "$port"',
  'port-from': '-m conntrack --ctorigsrc "$from" --ctorigdstport "$port"',
} as const satisfies Record<Spared, string>;

/** The rules as a script. It reads the variables `card`, the node's network card, and, where it spares a port, `port` and `from`. */
export const dropAll = (spared?: Spared): string => {
  const letThrough = spared && `${conditions[spared]} -j RETURN`;
  return [
    ...[into, out].flatMap((chain) => [
      `${table} -N ${chain}`,
      ...(letThrough ? [`${table} -A ${chain} ${letThrough}`] : []),
      `${table} -A ${chain} -j DROP`,
    ]),
    `${table} -I PREROUTING 1 -i "$card" -j ${into}`,
    `${table} -I POSTROUTING 1 -o "$card" -j ${out}`,
  ].join(' &&\n');
};

/** Removes our rules as a script, whichever of them there are, on whichever card. */
const removeAll = [
  `${table} -S | grep -e '^-A P.*-j PGDRILL-' | sed 's/^-A/-D/' | while read -r rule; do ${table} $rule; done`,
  ...[into, out].flatMap((chain) => [`${table} -F ${chain} 2>/dev/null`, `${table} -X ${chain} 2>/dev/null`]),
  'true',
].join('\n');

/** A script that prints what names our chains in a node's rules. */
const printRules = `${table} -S | grep PGDRILL || true`;

/** Removes our rules as a script, and prints those that are left all the same. */
export const removeAndPrint = `${removeAll}\n${printRules}`;

export async function removeRules(shell: NodeShell): Promise<void> {
  await shell.run(removeAll);
}

/** What names our chains in a node's rules, a rule an entry. */
export async function rulesOf(shell: NodeShell): Promise<string[]> {
  return linesOf(await shell.run(printRules));
}

/** A script that prints how many packets were dropped so far on their way in, and out. */
export const countOnce = `
packets() { ${table} -nvxL $1 | awk '$3 == "DROP" { print $1 }'; }
echo "$(packets ${into}) $(packets ${out})"`;

/** Rules as they were printed. */
export const linesOf = (printed: string): string[] => printed.split('\n').filter(Boolean);

/** Packets dropped so far, each way. */
export async function dropped(shell: NodeShell): Promise<{ into: number; out: number }> {
  const packets = async (chain: string) => {
    const listing = await shell.run(`${table} -nvxL ${chain}`);
    return Number(/^\s*(\d+)\s+\d+\s+DROP/m.exec(listing)?.[1] ?? 0);
  };
  return { into: await packets(into), out: await packets(out) };
}
