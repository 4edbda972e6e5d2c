/** Small files that are written whole or not at all, and read only if no other user can have written them. */
import { constants } from 'node:fs';
import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAlive, self } from './owner.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
/** Far more than any of them holds. */
const mostBytes = 256 * 1024;

/** Writes JSON so that a crash of the machine leaves the old file or the new one. Resolves once it is on the disk. */
export async function writeDurably(path: string, content: unknown): Promise<void> {
  const { pid, startTicks } = await self();
  // Named by its writer, so that a later `heal` knows whether it is dead.
  const unfinished = `${path}.${pid}-${startTicks}.unfinished`;
  // Never written through: it may be a link.
  await rm(unfinished, { force: true });
  const file = await open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(JSON.stringify(content, null, 2));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  await syncFolder(dirname(path));
}

/** Removes files of this folder that a dead process began to write and never finished. Nothing was done on their account. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid, startTicks] = /\.(\d+)-(\d*)\.unfinished$/.exec(name) ?? [];
    if (pid === undefined || startTicks === undefined) continue;
    if (!(await isAlive({ pid: Number(pid), startTicks }))) await removeDurably(join(folder, name));
  }
}

/** Removes a file, if it exists. Resolves once the removal is on the disk. */
export async function removeDurably(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolder(dirname(path)).catch((error: NodeJS.ErrnoException) => {
    // The whole folder may have been removed by its owner meanwhile.
    if (error.code !== 'ENOENT') throw error;
  });
}

/**
 * The text of a regular file of ours; undefined if the file does not exist.
 * @throws Error if it is a link or another kind of file, belongs to another user, or is too large
 */
export async function readOwnFile(path: string): Promise<string | undefined> {
  const before = await lstat(path).catch(() => undefined);
  if (!before) return undefined;
  // A pipe would make `open` wait.
  if (!before.isFile()) throw new Error('it should be a regular file, but is not');
  const file = await open(path, O_RDONLY | O_NOFOLLOW).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    const { uid, size } = await file.stat();
    const me = process.geteuid?.() ?? uid;
    if (uid !== me) throw new Error(`it should belong to user ${me}, but belongs to user ${uid}`);
    if (size > mostBytes) throw new Error(`it should hold at most ${mostBytes} bytes, but holds ${size}`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
