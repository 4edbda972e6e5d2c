/** Puts a lab on the machine and starts it: everything up to "ready", and everything away again. */
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError, UsageError } from '../../errors.ts';
import { self } from '../../safety/owner.ts';
import { until } from '../../wait.ts';
import { claimLab, isLabId, readClaims, releaseLab } from './claim.ts';
import { run } from './hosts/command.ts';
import { removeLimits } from './hosts/control-group.ts';
import { layOutHost, startHost } from './hosts/host.ts';
import { hostOf, labOf, makeNetwork, namespacesOf, processesIn, removeNetwork } from './hosts/network.ts';
import { signalProcess } from './hosts/processes.ts';
import { throttle, throttledDevices } from './hosts/throttle.ts';
import { makeWalDisk, thaw } from './hosts/wal-disk.ts';
import type { Lab } from './lab.ts';
import { withLock } from './lock.ts';
import { hostFolders, labFolder, labsFolder } from './paths.ts';
import type { HostPlan } from './plan.ts';
import { lowerLayers, type Parts } from './root/rootfs.ts';
import { configFiles, hostsFile } from './services.ts';
import { type LabState, labsLock, ownLabs, readState, writeState } from './state.ts';
import { together } from './together.ts';

/** Announces a lab: from here on another process finds it and can remove it. */
export async function announceLab(
  hostsFor: (network: number) => HostPlan[],
  parts: Parts,
  keep: boolean,
): Promise<LabState> {
  const owner = keep ? null : await self();
  return withLock(labsLock(), async () => {
    const network = await freeNetwork();
    const state: LabState = {
      id: await freeId(),
      owner,
      createdAt: new Date().toISOString(),
      network,
      lower: lowerLayers(parts),
      hosts: hostsFor(network),
    };
    await writeState(state);
    await claimLab(state.id, { labs: labsFolder(), owner });
    return state;
  });
}

/** One that no lab of the machine has, in any state folder: names of network namespaces contain it. */
async function freeId(): Promise<string> {
  const taken = new Set([...(await readClaims()).keys(), ...(await namespacesOf()).map(labOf)]);
  for (;;) {
    const id = randomBytes(3).toString('hex');
    if (!taken.has(id)) return id;
  }
}

/** Bridges are apart, so that two labs could use the same addresses; different ones are easier to read in logs. */
async function freeNetwork(): Promise<number> {
  const states = await Promise.all((await ownLabs()).map(readState));
  const taken = new Set(states.map((state) => state?.network));
  for (let network = 0; network < 256; network++) if (!taken.has(network)) return network;
  throw new SetupError('256 labs are up already; remove some with: pgdrill heal');
}

/** Makes the lab's network and the folders of its hosts, with a copy of the template for each PostgreSQL. */
export async function layOutLab(lab: Lab, template: string, signal: AbortSignal): Promise<void> {
  const { id: labId, hosts } = lab.state;
  const files = hostsFile(hosts);
  await together<unknown>(signal, [
    (either) => makeNetwork(labId, hosts, either),
    ...hosts.map((host) => async (either: AbortSignal) => {
      await layOutHost({ labId, name: host.name }, configFiles(host, lab), files);
      const { data, walDisk } = hostFolders(labId, host.name);
      if (host.kind === 'postgres') {
        await run('cp', ['--archive', '--reflink=auto', template, join(data, 'data')], { signal: either });
        // A manager that recreates its data directory must be let into the folder around it.
        const { uid, gid } = await stat(template);
        await chown(data, uid, gid);
      }
      if (host.kind === 'postgres' && lab.topology.walDiskMegabytes)
        await makeWalDisk(walDisk, join(data, 'data/pg_wal'), lab.topology.walDiskMegabytes, either);
      // The folder of a bucket's store must be there; MinIO makes what is in it.
      if (host.kind === 'minio') await mkdir(join(data, 'minio'));
    }),
  ]);
}

/** Starts hosts of these kinds, all at once. */
export async function startHosts(state: LabState, kinds: readonly string[], signal: AbortSignal): Promise<void> {
  const wanted = state.hosts.filter(({ kind }) => kinds.includes(kind));
  const start =
    ({ name }: HostPlan) =>
    (either: AbortSignal) =>
      startHost({ labId: state.id, name }, state.lower, either);
  await together(signal, wanted.map(start));
}

/** Removes all that there is of a lab: processes, namespaces, folders. Does nothing where there is nothing. */
export async function removeLab(labId: string): Promise<void> {
  if (!isLabId(labId)) throw new UsageError(`a lab should be named by six hexadecimal digits, but ${labId} came`);
  const namespaces = await namespacesOf(labId);
  // A process that hangs in a write to a frozen disk cannot die.
  for (const namespace of namespaces) await thaw({ labId, name: hostOf(namespace) });
  for (const device of await throttledDevices(labId)) await throttle(device, 0);
  const none = async () => {
    const pids = await processesIn(namespaces);
    for (const pid of pids) signalProcess(pid, 'SIGKILL');
    return pids.length === 0 ? true : undefined;
  };
  await until(none, { withinMs: 10_000, everyMs: 10, what: `the processes of lab ${labId} to go` });
  await removeLimits(labId);
  await removeNetwork(labId);
  // A copy that a killed harness had begun goes on for a moment, and puts files where others are removed.
  await rm(labFolder(labId), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  // Last: while any of it is left, the register says whose it is.
  await releaseLab(labId);
}

/** What there still is of one lab, or of all, on this machine; and what was looked at to say so. */
export async function labResidue(labId?: string): Promise<{ checked: string[]; found: string[] }> {
  const namespaces = await namespacesOf(labId);
  const processes = await processesIn(namespaces);
  const folders = (await readdir(labsFolder()).catch(() => [])).filter((id) => labId === undefined || id === labId);
  return {
    checked: ['network namespaces', 'processes in them', `folders in ${labsFolder()}`],
    found: [
      ...namespaces.map((name) => `network namespace ${name}`),
      ...processes.map((pid) => `process ${pid}`),
      ...folders.map((id) => `folder ${labFolder(id)}`),
    ],
  };
}
