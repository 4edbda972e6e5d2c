/** How manifests lie in folders. */
import { glob, stat } from 'node:fs/promises';

/** The names that kustomize looks for, in its order. */
export const kustomizationNames: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** The files that a glob matches, sorted; none where the argument is not a glob. */
export async function filesMatching(argument: string): Promise<string[]> {
  const files: string[] = [];
  if (/[*?[{]/.test(argument))
    for await (const path of glob(argument)) if ((await stat(path)).isFile()) files.push(path);
  return files.sort();
}
