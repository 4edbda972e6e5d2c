/** What labs are up on this machine, written before the first of their namespaces is made. */
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive } from '../../safety/owner.ts';
import { stateFolder } from '../../safety/state-folder.ts';
import { labOf, namespacesOf } from './hosts/network.ts';
import { withLock } from './lock.ts';
import { labFolder, labsFolder } from './paths.ts';
import { hostKinds } from './plan.ts';

const stateSchema = z.object({
  id: z.string(),
  /** The process that the lab belongs to: a lab whose owner died is abandoned. Null: kept until it is removed by name. */
  owner: z.object({ pid: z.int(), startTicks: z.string() }).nullable(),
  createdAt: z.string(),
  /** Third byte of its addresses. */
  network: z.int().min(0).max(255),
  /** The layers that its hosts' file systems are made over. */
  lower: z.string(),
  hosts: z.array(z.object({ name: z.string(), kind: z.enum(hostKinds), address: z.string() })),
});
export type LabState = z.infer<typeof stateSchema>;

const stateFile = (labId: string): string => join(labFolder(labId), 'lab.json');

/** Writes the state so that a reader finds the old or the new, never a part. */
export async function writeState(state: LabState): Promise<void> {
  await mkdir(labFolder(state.id), { recursive: true, mode: 0o700 });
  const unfinished = `${stateFile(state.id)}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(state, null, 2));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, stateFile(state.id));
}

/** The state of one lab, or undefined where there is none or it cannot be read. */
export async function readState(labId: string): Promise<LabState | undefined> {
  const text = await readFile(stateFile(labId), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Ids of all labs that left a folder, readable or not, or a network. */
export async function labIds(): Promise<string[]> {
  const folders = await readdir(labsFolder()).catch(() => []);
  const networks = (await namespacesOf()).map(labOf);
  return [...new Set([...folders, ...networks])];
}

/** Ids of labs that belong to no process and stay until they are removed by name. */
export const keptLabs = (): Promise<string[]> => labsThat(async (state) => state?.owner === null);

/** Ids of labs whose owner is dead: nobody else will remove them. A lab without a readable state is one of them. */
export const abandonedLabs = (): Promise<string[]> =>
  labsThat(async (state) => !state || (state.owner !== null && !(await isAlive(state.owner))));

/** Under the lock that a new lab is announced under, so that none is seen before its state is written. */
async function labsThat(is: (state: LabState | undefined) => Promise<boolean>): Promise<string[]> {
  return withLock(labsLock(), async () => {
    const ids = await labIds();
    const chosen = await Promise.all(ids.map(async (id) => is(await readState(id))));
    return ids.filter((_, i) => chosen[i]);
  });
}

export const labsLock = (): string => join(stateFolder(), 'labs.lock');
