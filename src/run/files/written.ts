/** Files that a run leaves for people: where one cannot be written, one sentence says why. */
import { writeFile } from 'node:fs/promises';
import { SetupError } from '../../errors.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  EEXIST: 'something else than a folder is in the way',
  ENOTDIR: 'something else than a folder is in the way',
  ENOENT: 'its folder does not exist',
  EISDIR: 'a folder is in the way',
};

/** Why a file or folder could not be written, in one clause. */
export function whyNotWritten(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? message;
}

/** @throws SetupError where it cannot be written, naming what the text is */
export async function writeWhole(what: string, path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: unknown) => {
    throw new SetupError(
      `${what} ${path} cannot be written: ${whyNotWritten(error)}; the journal beside it is whole: once there is room, pgdrill judge and pgdrill report make the rest from it`,
    );
  });
}
