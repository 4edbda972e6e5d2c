/**
 * Rules in a node that drop what crosses its network card, both ways, established connections too. Each isolation has two
 * chains of its own: several drills, of different Clusters, may have rules on one node, and each removes only its own.
 */
import { createHash, randomBytes } from 'node:crypto';
import { SetupError } from '../../errors.ts';
import type { UndoRecord } from '../../faults/target.ts';
import type { Site } from './names.ts';
import type { NodeShell } from './node-shell.ts';

/** The chains of one isolation, by their names: what comes into the node, and what leaves it. */
export interface Chains {
  readonly into: string;
  readonly out: string;
}

type Of = Pick<Site, 'namespace' | 'cluster'>;
const ownerOf = ({ namespace, cluster }: Of): string =>
  createHash('sha256').update(`${namespace}/${cluster}`).digest('hex').slice(0, 6);

/** @returns a mark for the chains of one isolation, which belongs in its undo record: the Cluster, and which isolation of it */
export const newMark = (of: Of): string => `${ownerOf(of)}-${randomBytes(3).toString('hex')}`;

/** Chains of records without a mark. Versions before the mark remove every chain that begins with `PGDRILL-`. */
const unmarked: Chains = { into: 'PGDRILL-IN', out: 'PGDRILL-OUT' };

/** The chains that an undo record names; a name may have 28 characters. */
export const chainsOf = ({ mark }: UndoRecord['how']): Chains =>
  typeof mark === 'string' ? { into: `PGDRILL_IN_${mark}`, out: `PGDRILL_OUT_${mark}` } : unmarked;

/** The first two arguments of every script below. */
export const argsOf = ({ into, out }: Chains): [string, string] => [into, out];
const names = 'into=$1; out=$2';

// `mangle` comes before any address translation and sees what is forwarded to pods as well as what the node sends.
const table = 'iptables -w 5 -t mangle';

/** Connections that are let through, so that the drill still sees the instance: to a port, from anywhere or from one address. */
export type Spared = 'port' | 'port-from';
const conditions = {
  port: '-m conntrack --ctorigdstport "$port"',
  'port-from': '-m conntrack --ctorigsrc "$from" --ctorigdstport "$port"',
} as const satisfies Record<Spared, string>;

/**
 * The rules as a script. It reads the variables `card`, the node's network card, and, where it spares a port, `port` and
 * `from`. Fails, and changes nothing, where a chain of that name exists.
 */
export const dropAll = (spared?: Spared): string => {
  const letThrough = spared && `${conditions[spared]} -j RETURN`;
  return [
    names,
    ...['"$into"', '"$out"'].flatMap((chain) => [
      `${table} -N ${chain}`,
      ...(letThrough ? [`${table} -A ${chain} ${letThrough}`] : []),
      `${table} -A ${chain} -j DROP`,
    ]),
    `${table} -I PREROUTING 1 -i "$card" -j "$into"`,
    `${table} -I POSTROUTING 1 -o "$card" -j "$out"`,
  ].join(' &&\n');
};

/** Removes the rules of one isolation as a script, whichever exist, on whichever card. */
const removeAll = [
  names,
  `${table} -S | grep -E -e "^-A P.*-j ($into|$out)\\$" | sed 's/^-A/-D/' | while read -r rule; do ${table} $rule; done`,
  ...['"$into"', '"$out"'].flatMap((chain) => [`${table} -F ${chain} 2>/dev/null`, `${table} -X ${chain} 2>/dev/null`]),
  'true',
].join('\n');

/** A script that prints what names the chains of one isolation in a node's rules. */
const printRules = `${names}\n${table} -S | grep -E -e " ($into|$out)( |\\$)" || true`;

/** Removes the rules of one isolation as a script, and prints those that are left all the same. */
export const removeAndPrint = `${removeAll}\n${printRules}`;

export async function removeRules(shell: NodeShell, chains: Chains): Promise<void> {
  await shell.run(removeAll, argsOf(chains));
}

/** Removes them and looks. @throws SetupError where the node still drops packets */
export async function removeAllRules(shell: NodeShell, chains: Chains, node: string): Promise<void> {
  await removeRules(shell, chains);
  const [left] = await rulesOf(shell, chains);
  if (left !== undefined) throw new SetupError(`${node} still drops packets: ${left}`);
}

/** What names the chains of one isolation in a node's rules, a rule an entry. */
export async function rulesOf(shell: NodeShell, chains: Chains): Promise<string[]> {
  return linesOf(await shell.run(printRules, argsOf(chains)));
}

/**
 * What names chains of drills in a node's rules, a rule an entry.
 * @param of only rules of drills on this Cluster, and those that name no Cluster
 */
export async function rulesOfDrills(shell: NodeShell, of?: Of): Promise<string[]> {
  const rules = linesOf(await shell.run(`${table} -S | grep PGDRILL || true`));
  if (!of) return rules;
  const [into, out] = argsOf(chainsOf({ mark: `${ownerOf(of)}-` }));
  return rules.filter((rule) => rule.includes(' PGDRILL-') || [into, out].some((chain) => rule.includes(` ${chain}`)));
}

/** A script that prints how many packets were dropped so far on their way in, and out. */
export const countOnce = `${names}
packets() { ${table} -nvxL "$1" | awk '$3 == "DROP" { print $1 }'; }
echo "$(packets "$into") $(packets "$out")"`;

/** Rules as they were printed. */
export const linesOf = (printed: string): string[] => printed.split('\n').filter(Boolean);

/** Packets dropped so far, each way. */
export async function dropped(shell: NodeShell, chains: Chains): Promise<{ into: number; out: number }> {
  const [into = 0, out = 0] = (await shell.run(countOnce, argsOf(chains))).trim().split(' ').map(Number);
  return { into, out };
}
