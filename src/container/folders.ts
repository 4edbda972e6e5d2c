/** How folders of this machine are named inside the container, and the option that mounts them. */
import { posix, win32 } from 'node:path';

/** A folder of this machine and its name inside. */
export interface Shared {
  readonly folder: string;
  readonly inside: string;
}

const pathsOf = (platform: NodeJS.Platform) => (platform === 'win32' ? win32 : posix);

/**
 * The folders to share: where the command runs, and the folder of runs where it lies elsewhere. On Linux and macOS they
 * keep their names, so that absolute paths in files work, too. `C:\drills` is `/c/drills` inside, so that a relative path
 * leads from one to the other as it does outside.
 * @param cwd, out absolute
 */
export function sharedFolders(cwd: string, out: string, platform: NodeJS.Platform = process.platform): Shared[] {
  const named = (folder: string): Shared => ({ folder, inside: platform === 'win32' ? linuxName(folder) : folder });
  const own = named(cwd);
  return insidePath(out, [own], platform) === undefined ? [own, named(out)] : [own];
}

function linuxName(folder: string): string {
  const { root } = win32.parse(folder);
  const drive = root.replace(/[:\\/?]+/g, '/').replace(/^\/|\/$/g, '');
  return posix.join('/', drive.toLowerCase(), folder.slice(root.length).replaceAll('\\', '/'));
}

/** A path of this machine as the program inside names it; undefined where it lies in no shared folder. */
export function insidePath(
  path: string,
  shared: readonly Shared[],
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const { relative, isAbsolute } = pathsOf(platform);
  for (const { folder, inside } of shared) {
    const below = relative(folder, path);
    if (below === '') return inside;
    if (!/^\.\.($|[\\/])/.test(below) && !isAbsolute(below))
      return posix.join(inside, platform === 'win32' ? below.replaceAll('\\', '/') : below);
  }
  return undefined;
}

/** A word of the command line as the program inside understands it: a path of Windows is turned into one of Linux. */
export function insideWord(
  word: string,
  shared: readonly Shared[],
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform !== 'win32') return word;
  const [, option = '', value = ''] = /^(--[\w-]+=)?(.*)$/s.exec(word) ?? [];
  const inside = win32.isAbsolute(value) ? insidePath(value, shared, platform) : value.replaceAll('\\', '/');
  return option + (inside ?? value);
}

/** `--mount` takes comma-separated values, and a path may hold commas and quotes. */
export const mountOption = ({ folder, inside }: Shared): string =>
  ['type=bind', `source=${folder}`, `target=${inside}`].map(csvField).join(',');

const csvField = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
