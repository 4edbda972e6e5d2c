/** Rules in a node that drop what crosses its network card, both ways, established connections too. */
import { docker, inNode } from '../docker.ts';

/** Our chains: seen in any listing as ours, and removed as a whole. */
const into = 'PGDRILL-IN';
const out = 'PGDRILL-OUT';
// `mangle` comes before any address translation and sees what is forwarded to pods as well as what the node sends.
const table = 'iptables -w 5 -t mangle';

/**
 * The rules as a script.
 * @param spare connections from this address to this port are let through, so that the drill still sees the instance
 */
export const dropAll = (spare?: { readonly from: string; readonly port: number }): string => {
  const let_ = spare ? `-m conntrack --ctorigsrc ${spare.from} --ctorigdstport ${spare.port} -j RETURN` : undefined;
  return [
    ...[into, out].flatMap((chain) => [
      `${table} -N ${chain}`,
      ...(let_ ? [`${table} -A ${chain} ${let_}`] : []),
      `${table} -A ${chain} -j DROP`,
    ]),
    `${table} -I PREROUTING 1 -i eth0 -j ${into}`,
    `${table} -I POSTROUTING 1 -o eth0 -j ${out}`,
  ].join(' &&\n');
};

const removeAll = [
  `${table} -D PREROUTING -i eth0 -j ${into} 2>/dev/null`,
  `${table} -D POSTROUTING -o eth0 -j ${out} 2>/dev/null`,
  ...[into, out].flatMap((chain) => [`${table} -F ${chain} 2>/dev/null`, `${table} -X ${chain} 2>/dev/null`]),
  'true',
].join('\n');

/** Removes our rules, whichever of them there are. */
export async function removeRules(container: string): Promise<void> {
  await inNode(container, removeAll);
}

/** What names our chains in a node's rules. */
export async function rulesOf(container: string): Promise<string[]> {
  const rules = await inNode(container, `${table} -S`);
  return rules.split('\n').filter((line) => line.includes('PGDRILL'));
}

/** Packets dropped so far, each way. */
export async function dropped(container: string): Promise<{ into: number; out: number }> {
  const packets = async (chain: string) => {
    const listing = await inNode(container, `${table} -nvxL ${chain}`);
    return Number(/^\s*(\d+)\s+\d+\s+DROP/m.exec(listing)?.[1] ?? 0);
  };
  return { into: await packets(into), out: await packets(out) };
}

/** The address that this machine has on the node's network. */
export async function hostAddress(container: string): Promise<string> {
  const { container: client } = await docker();
  const { NetworkSettings } = await client.inspect(client.getById(container));
  return Object.values(NetworkSettings.Networks)[0]?.Gateway ?? '';
}
