/**
 * The folder of what is up now and how to undo it: it survives the harness. `PGDRILL_STATE` moves it. Root's is the
 * machine's; another user, who can drill on clusters and in Docker, has one of his own.
 */
import { lstat, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { makeFolders } from './folders.ts';

export const stateFolder = (
  env: NodeJS.ProcessEnv = process.env,
  isRoot = (process.geteuid?.() ?? 0) === 0,
): string => {
  if (env.PGDRILL_STATE) return resolve(env.PGDRILL_STATE);
  if (isRoot) return '/var/lib/pgdrill';
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'pgdrill');
};

/** Of a file's mode: others than its owner may write. */
const othersWrite = 0o022;
/** Of a folder's mode: others may make files in it, but not replace each other's (as in /tmp). */
const sticky = 0o1000;

/**
 * A folder in the state folder, made where it does not exist. What it holds is carried out as root, so it must be ours alone.
 * @returns its path, in which no symbolic link is left
 * @throws UsageError where another user owns it or may write to it, or could replace a folder above it
 */
export async function ownStateFolder(...parts: readonly string[]): Promise<string> {
  const path = join(stateFolder(), ...parts);
  await makeFolders(path, 0o700).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`the state folder ${path} cannot be made: ${error.message}; name another with PGDRILL_STATE`);
  });
  return demandOwn(parts);
}

/** The same folder where it exists; undefined where it does not, and nothing is made. @throws UsageError likewise */
export async function findStateFolder(...parts: readonly string[]): Promise<string | undefined> {
  const there = await lstat(join(stateFolder(), ...parts)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new UsageError(`the state folder ${join(stateFolder(), ...parts)} cannot be read: ${error.message}`);
  });
  return there && demandOwn(parts);
}

async function demandOwn(parts: readonly string[]): Promise<string> {
  const root = await realpath(stateFolder());
  const found = await realpath(join(stateFolder(), ...parts));
  if (found !== join(root, ...parts))
    throw new UsageError(
      `${join(root, ...parts)} should be a folder, but a symbolic link leads it to ${found}; remove the link`,
    );
  await demandOwnFolder(found, root);
  return found;
}

/**
 * @param path without symbolic links
 * @param root the outermost folder that must be ours; those above it may be root's
 * @throws UsageError where another user owns it or may write to it, or could replace a folder above it
 */
export async function demandOwnFolder(path: string, root = path): Promise<void> {
  for (let folder = path; ; folder = dirname(folder)) {
    await demandOurs(folder, folder === root || folder.startsWith(`${root}/`));
    if (folder === dirname(folder)) return;
  }
}

/** @param inside it is part of the state folder; otherwise it leads to it */
async function demandOurs(folder: string, inside: boolean): Promise<void> {
  const { uid, mode } = await lstat(folder);
  const me = process.geteuid?.() ?? uid;
  const fix = 'name another folder with PGDRILL_STATE, or correct its owner and mode (chown, chmod go-w)';
  if (uid !== me && (inside || uid !== 0))
    throw new UsageError(`the state folder ${folder} should belong to user ${me}, but belongs to user ${uid}; ${fix}`);
  if ((mode & othersWrite) !== 0 && (inside || (mode & sticky) === 0))
    throw new UsageError(
      `the state folder ${folder} should be writable by its owner only, but its mode is ${(mode & 0o7777).toString(8)}; ${fix}`,
    );
}
