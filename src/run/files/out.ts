/** The folder of runs: whether runs can be kept in it is known before anything is opened. */
import { open, rm, rmdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { makeFolders } from '../../safety/folders.ts';
import { whyNotWritten } from './written.ts';

/** The journals of long drills have 10 to 40 MB. */
const neededBytes = 64 * 1024 ** 2;

/**
 * Makes the folder where it does not exist.
 * @returns what removes the folders that were made, for a command that is refused afterwards
 * @throws UsageError where it cannot be made or written to, or where its disk is full; nothing is left then
 */
export async function demandOut(out: string, needed = neededBytes): Promise<() => Promise<void>> {
  let made: readonly string[] = [];
  const unmake = async () => {
    for (const folder of made.toReversed()) await rmdir(folder).catch(() => {});
  };
  try {
    made = await makeFolders(out);
    const { bavail, bsize } = await statfs(out);
    if (bavail * bsize < needed)
      throw new Error(`its disk has ${inMegabytes(bavail * bsize)} MB free, and a run may need ${inMegabytes(needed)}`);
    await tryToWrite(join(out, `.pgdrill-${process.pid}`));
    return unmake;
  } catch (error) {
    await unmake();
    throw new UsageError(`runs cannot be kept in ${out}: ${whyNotWritten(error)}; name another folder with --out`);
  }
}

const inMegabytes = (bytes: number): number => Math.floor(bytes / 1e6);

async function tryToWrite(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile('pgdrill');
    await file.sync();
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}
