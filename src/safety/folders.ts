/** Makes folders, each level on its own: Node's recursive `mkdir` never returns below /proc. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder with those above it; does nothing where it exists.
 * @param mode of the folders that are made
 * @returns the folders that were made, the outermost first
 * @throws the system's error where one cannot be made, or where something else than a folder is in the way
 */
export async function makeFolders(path: string, mode = 0o777): Promise<string[]> {
  if (await isFolder(path)) return [];
  const parent = dirname(path);
  const above = parent === path ? [] : await makeFolders(parent, mode);
  try {
    await mkdir(path, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && (await isFolder(path))) return above;
    throw error;
  }
  return [...above, path];
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
