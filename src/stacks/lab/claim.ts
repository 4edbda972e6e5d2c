/**
 * Whose the labs of this machine are. Network namespaces are the machine's, state folders are not: each lab is entered in a
 * register of the machine before the first of its namespaces is made, so that nobody takes a living lab for a dead one.
 * The register is gone after a restart of the machine, as the namespaces are.
 */
import { readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { readOwnFile, removeDurably, removeUnfinished, writeDurably } from '../../safety/durable.ts';
import { makeFolders } from '../../safety/folders.ts';
import { ownerSchema } from '../../safety/owner.ts';
import { demandOwnFolder } from '../../safety/state-folder.ts';

/** What a lab is called: six hexadecimal digits. */
export const isLabId = (name: string): boolean => /^[0-9a-f]{6}$/.test(name);

const claimSchema = z.strictObject({
  /** The folder of labs that the lab is in, without symbolic links. */
  labs: z.string(),
  /** As in the lab's state. */
  owner: ownerSchema.nullable(),
});
export type Claim = Readonly<z.infer<typeof claimSchema>>;

const registerFolder = '/run/pgdrill/labs';

/** Enters a lab. @throws UsageError where the register is not ours alone */
export async function claimLab(labId: string, claim: Claim, register = registerFolder): Promise<void> {
  await makeFolders(register, 0o700);
  await demandOwnFolder(register);
  await writeDurably(join(register, `${labId}.json`), { ...claim, labs: await realpath(claim.labs) });
}

/** Takes a lab off the register; does nothing where it is not in it. */
export async function releaseLab(labId: string, register = registerFolder): Promise<void> {
  await removeDurably(join(register, `${labId}.json`));
  // And what a process that was killed had begun to enter.
  await removeUnfinished(register).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** All claims, by the ids of labs. One that cannot be read is left out: its lab is then nobody's, and left alone. */
export async function readClaims(register = registerFolder): Promise<ReadonlyMap<string, Claim>> {
  const names = (await readdir(register).catch(() => [])).filter((name) => name.endsWith('.json'));
  if (names.length > 0) await demandOwnFolder(register);
  const found = await Promise.all(
    names.map(async (name) => [basename(name, '.json'), await readClaim(join(register, name))] as const),
  );
  return new Map(found.filter((one): one is readonly [string, Claim] => isLabId(one[0]) && one[1] !== undefined));
}

async function readClaim(file: string): Promise<Claim | undefined> {
  try {
    return claimSchema.parse(JSON.parse((await readOwnFile(file)) ?? ''));
  } catch {
    return undefined;
  }
}

/** What is known of a lab. */
export interface KnownLab {
  /** It has a folder in our state folder, or claims to be of ours. */
  readonly ours: boolean;
  /** Of its state, or of its claim where its state cannot be read; undefined where neither says anything. */
  readonly owner: Claim['owner'] | undefined;
  readonly ownerLives: boolean;
  /** Its folder, wherever it claims that to be, exists. */
  readonly hasFolder: boolean;
}

/**
 * `kept`: it belongs to no process and stays until it is removed by its id. `abandoned`: nobody else will remove it.
 * `foreign`: of another state folder, or of nobody known; neither is touched.
 */
export type Standing = 'living' | 'kept' | 'abandoned' | 'foreign';

export function standingOf({ ours, owner, ownerLives, hasFolder }: KnownLab): Standing {
  if (ours) return owner === null ? 'kept' : owner && ownerLives ? 'living' : 'abandoned';
  // Of another state folder: only one that no heal of that folder will find any more is nobody's.
  return owner && !ownerLives && !hasFolder ? 'abandoned' : 'foreign';
}
