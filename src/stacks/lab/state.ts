/** What labs are up on this machine, written before the first of their namespaces is made. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readOwnFile, writeDurably } from '../../safety/durable.ts';
import { isAlive, ownerSchema } from '../../safety/owner.ts';
import { findStateFolder, ownStateFolder, stateFolder } from '../../safety/state-folder.ts';
import { type Claim, isLabId, readClaims, type Standing, standingOf } from './claim.ts';
import { labOf, namespacesOf } from './hosts/network.ts';
import { withLock } from './lock.ts';
import { labFolder } from './paths.ts';
import { hostKinds } from './plan.ts';

const stateSchema = z.object({
  id: z.string().refine(isLabId),
  /** The process that the lab belongs to: a lab whose owner died is abandoned. Null: kept until it is removed by name. */
  owner: ownerSchema.nullable(),
  createdAt: z.string(),
  /** Third byte of its addresses. */
  network: z.int().min(0).max(255),
  /** The layers that its hosts' file systems are made over. */
  lower: z.string(),
  hosts: z.array(z.object({ name: z.string().regex(/^[a-z0-9-]+$/), kind: z.enum(hostKinds), address: z.ipv4() })),
});
export type LabState = z.infer<typeof stateSchema>;

const stateFile = (labId: string): string => join(labFolder(labId), 'lab.json');

/** Writes the state so that a reader finds the old or the new, never a part. @throws UsageError where the folder is not ours */
export async function writeState(state: LabState): Promise<void> {
  await ownStateFolder('labs', state.id);
  await writeDurably(stateFile(state.id), state);
}

/** The state of one lab, or undefined where there is none or it cannot be read. */
export async function readState(labId: string): Promise<LabState | undefined> {
  if (!isLabId(labId)) return undefined;
  try {
    const state = stateSchema.parse(JSON.parse((await readOwnFile(stateFile(labId))) ?? ''));
    return state.id === labId ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Ids of labs that belong to no process and stay until they are removed by name. */
export const keptLabs = (): Promise<string[]> => labsThat('kept');

/** Ids of labs whose owner is dead: nobody else will remove them. A lab without a readable state is one of them. */
export const abandonedLabs = (): Promise<string[]> => labsThat('abandoned');

/** Ids of all labs of this state folder, with any owner. @throws UsageError where that folder is not ours */
export async function ownLabs(): Promise<string[]> {
  const labs = await realLabsFolder();
  const claimed = [...(await readClaims())].filter(([, claim]) => claim.labs === labs).map(([id]) => id);
  return [...new Set([...(await foldersIn(labs)), ...claimed])];
}

/** Under the lock that a new lab is announced under, so that none is seen before its state is written. */
async function labsThat(wanted: Standing): Promise<string[]> {
  return withLock(labsLock(), async () => {
    const found = await standings();
    return [...found].filter(([, standing]) => standing === wanted).map(([id]) => id);
  });
}

/** Every lab of the machine that is known, and what may be done with it. */
async function standings(): Promise<ReadonlyMap<string, Standing>> {
  const labs = await realLabsFolder();
  const claims = await readClaims();
  const ids = new Set([...(await foldersIn(labs)), ...claims.keys(), ...(await namespacesOf()).map(labOf)]);
  const entries = await Promise.all(
    [...ids].map(async (id) => [id, await standing(id, claims.get(id), labs)] as const),
  );
  return new Map(entries);
}

async function standing(id: string, claim: Claim | undefined, labs: string | undefined): Promise<Standing> {
  const folder = claim?.labs ?? labs;
  const ours = (labs !== undefined && existsSync(join(labs, id))) || (claim !== undefined && claim.labs === labs);
  const state = ours ? await readState(id) : undefined;
  const owner = state ? state.owner : claim?.owner;
  const ownerLives = owner ? await isAlive(owner) : false;
  return standingOf({ ours, owner, ownerLives, hasFolder: folder !== undefined && existsSync(join(folder, id)) });
}

const foldersIn = async (labs: string | undefined): Promise<string[]> =>
  labs === undefined ? [] : (await readdir(labs)).filter(isLabId);

/** Without symbolic links, as claims name it; undefined where there is none. */
const realLabsFolder = (): Promise<string | undefined> => findStateFolder('labs');

export const labsLock = (): string => join(stateFolder(), 'labs.lock');
