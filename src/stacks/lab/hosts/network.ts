/**
 * The lab's network: one named network namespace a host, and one for the bridge that joins them. Nothing joins the
 * bridge to the machine: no uplink, no route, no firewall rule of the machine's applies.
 *
 *     pgdrill-<lab>-pg1: eth0 ───┐
 *     pgdrill-<lab>-pg2: eth0 ───┼─ pgdrill-<lab>-net: bridge
 *     pgdrill-<lab>-…:   eth0 ───┘
 */
import { readdir, readlink, stat } from 'node:fs/promises';
import type { HostPlan } from '../plan.ts';
import { together } from '../together.ts';
import { run } from './command.ts';

const prefix = 'pgdrill-';
const bridgeHost = 'net';
export const namespaceOf = (labId: string, host: string): string => `${prefix}${labId}-${host}`;
const namespacePath = (namespace: string): string => `/run/netns/${namespace}`;
/** The command that runs `argv` in a host's network, on the machine's own file system. */
export const inNetwork = (labId: string, host: string, argv: readonly string[]): string[] => [
  'nsenter',
  `--net=${namespacePath(namespaceOf(labId, host))}`,
  '--',
  ...argv,
];

/** Makes all namespaces of a lab, joins and addresses them. */
export async function makeNetwork(labId: string, hosts: readonly HostPlan[], signal: AbortSignal): Promise<void> {
  const bridge = namespaceOf(labId, bridgeHost);
  await ip([], [`netns add ${bridge}`], signal);
  await ip(['-n', bridge], ['link set lo up', 'link add bridge type bridge', 'link set bridge up'], signal);
  await joinNetwork(labId, hosts, signal);
}

/** Makes the namespaces of hosts, joins them to the lab's bridge and addresses them. */
export async function joinNetwork(labId: string, hosts: readonly HostPlan[], signal: AbortSignal): Promise<void> {
  await ip(
    [],
    hosts.map((host) => `netns add ${namespaceOf(labId, host.name)}`),
    signal,
  );
  await ip(
    ['-n', namespaceOf(labId, bridgeHost)],
    [
      ...hosts.flatMap(({ name }) => [
        `link add ${name} type veth peer name eth0 netns ${namespaceOf(labId, name)}`,
        `link set ${name} master bridge up`,
      ]),
    ],
    signal,
  );
  const address = (host: HostPlan) => (either: AbortSignal) =>
    ip(
      ['-n', namespaceOf(labId, host.name)],
      ['link set lo up', `addr add ${host.address}/24 dev eth0`, 'link set eth0 up'],
      either,
    );
  await together(signal, hosts.map(address));
}

/** Removes what namespaces of the lab there are; their interfaces and rules go with them. */
export async function removeNetwork(labId: string): Promise<void> {
  await removeNamespaces(await namespacesOf(labId));
}

/** Removes namespaces by their names; their interfaces and rules go with them. */
export async function removeNamespaces(names: readonly string[]): Promise<void> {
  if (names.length > 0)
    await ip(
      [],
      names.map((name) => `netns delete ${name}`),
    );
}

/** Names of the network namespaces of one lab, or of all labs. */
export async function namespacesOf(labId?: string): Promise<string[]> {
  const names = await readdir('/run/netns').catch(() => []);
  // Names become words of commands to `ip`.
  const ours = names.filter((name) => /^pgdrill-[0-9a-f]{6}-[a-z0-9-]+$/.test(name));
  return labId === undefined ? ours : ours.filter((name) => labOf(name) === labId);
}

/** The host that a namespace is of. */
export const hostOf = (namespace: string): string => namespace.slice(prefix.length).split('-').slice(1).join('-');
/** The lab that a namespace is of. */
export const labOf = (namespace: string): string => namespace.slice(prefix.length).split('-')[0]!;

/** Numbers of all processes of the machine that are in one of these network namespaces. */
export async function processesIn(namespaces: readonly string[]): Promise<number[]> {
  const wanted = new Set(await Promise.all(namespaces.map(identityOf)));
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const identities = await Promise.all(pids.map(identityOfProcess));
  return pids.filter((_, i) => identities[i] !== undefined && wanted.has(identities[i]));
}

/** Whether a process is in a network namespace. */
export async function isIn(namespace: string, pid: number): Promise<boolean> {
  const [wanted, actual] = await Promise.all([identityOf(namespace), identityOfProcess(pid)]);
  return wanted !== undefined && wanted === actual;
}

const identityOf = (namespace: string): Promise<string | undefined> =>
  stat(namespacePath(namespace)).then(
    ({ ino }) => `net:[${ino}]`,
    () => undefined,
  );
const identityOfProcess = (pid: number): Promise<string | undefined> =>
  readlink(`/proc/${pid}/ns/net`).catch(() => undefined);

/** Many commands in one process of `ip`. */
async function ip(options: readonly string[], commands: readonly string[], signal?: AbortSignal): Promise<void> {
  await run('ip', [...options, '-batch', '-'], { input: `${commands.join('\n')}\n`, ...(signal && { signal }) });
}
