/** Where npm finds this very program, as a project that depends on it has to name it. */
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isCheckout } from './own-name.ts';
import { version } from './version.ts';

/** Root of this package: above `src`, or above `dist/src`. */
export const packageRoot = fileURLToPath(new URL(isCheckout ? '../..' : '../../..', import.meta.url)).replace(
  /[\\/]$/,
  '',
);

/**
 * `^1.2.0` where npx fetched this program from a registry; else its folder, because no registry is known to have it.
 * @param folder of the project that depends on it
 */
export function ownSpec(folder: string, root = packageRoot): string {
  if (root.split(sep).includes('_npx')) return `^${version}`;
  return `file:${relative(resolve(folder), root).replaceAll('\\', '/')}`;
}
