import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder above a file that holds `.git`; undefined outside of a repository. */
export function repositoryOf(path: string): string | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
