/** Takes one host out of a running lab for good: its processes, its network, its disk, its place in the plan. */
import { rm } from 'node:fs/promises';
import { hostId } from '../lab.ts';
import { hostFolders } from '../paths.ts';
import { type LabState, writeState } from '../state.ts';
import { killHost } from './host.ts';
import { namespaceOf, namespacesOf, removeNamespaces } from './network.ts';

/** Does nothing where it is gone. */
export async function removeHost(state: LabState, name: string): Promise<void> {
  const at = state.hosts.findIndex((host) => host.name === name);
  if (at < 0) return;
  await killHost(hostId(state, name));
  const namespace = namespaceOf(state.id, name);
  if ((await namespacesOf(state.id)).includes(namespace)) await removeNamespaces([namespace]);
  await rm(hostFolders(state.id, name).base, { recursive: true, force: true });
  state.hosts.splice(at, 1);
  await writeState(state);
}
