/** How folders of this machine are named inside the container, and the option that mounts them. */
import { isAbsolute, posix, relative, win32 } from 'node:path';

/**
 * The folder's name inside. On Linux and macOS it is the same, so that absolute paths in options work, too; a folder of
 * Windows gets a name of its own.
 */
export const insideName = (folder: string, platform: NodeJS.Platform = process.platform): string =>
  platform === 'win32' ? `/drill/${win32.basename(folder) || 'root'}` : folder;

/** Words of the command line as the program inside understands them: a path of Windows is turned into one of Linux. */
export const insideWord = (word: string, platform: NodeJS.Platform = process.platform): string =>
  platform === 'win32' && /\\/.test(word) && !win32.isAbsolute(word) ? word.replaceAll('\\', '/') : word;

/** `--mount` takes comma-separated values, and a path may hold commas and quotes. */
export const mountOption = (folder: string, inside: string): string =>
  ['type=bind', `source=${folder}`, `target=${inside}`].map(csvField).join(',');

const csvField = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The folders to share: where the command runs, and the folder of runs where it lies elsewhere. */
export function sharedFolders(cwd: string, out: string): string[] {
  const path = relative(cwd, out);
  const within = path === '' || (!path.startsWith('..') && !isAbsolute(path));
  return within ? [cwd] : [cwd, out];
}

/** A name inside, joined with `/`. */
export const insideJoin = posix.join;
