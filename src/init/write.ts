/** Writes the first files of a user’s project. Files that exist keep what they hold; two of them get lines added. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { configFile } from '../project/config.ts';
import { manifestFolders } from './manifests.ts';
import { completePackage, localPackage } from './package-json.ts';
import { githubRecipe, gitlabInclude, gitlabRecipe, seenFrom } from './recipes.ts';
import { look, type Surroundings } from './surroundings.ts';
import { completeIgnored, configuration, firstScenario, scenarioPackage, scenarioTypes } from './templates.ts';

export const ciSystems = ['github', 'gitlab', 'none'] as const;
export type CiSystem = (typeof ciSystems)[number];

/** What became of one file. */
export interface Written {
  /** As seen from the folder. */
  readonly file: string;
  readonly done: 'wrote' | 'added to' | 'kept';
}

/** Which CI a repository is likely to use: GitLab where its file exists at the root, else GitHub. */
export const guessCi = (folder: string): CiSystem =>
  existsSync(join(look(folder).root, '.gitlab-ci.yml')) ? 'gitlab' : 'github';

/**
 * @param spec where npm finds pgdrill, for a package.json that does not name it yet
 * @returns every file of the project, in the order written, and what became of it
 * @throws UsageError before anything is written where package.json is not JSON
 */
export async function writeProject(folder: string, ci: CiSystem, spec: string): Promise<Written[]> {
  const place = look(folder);
  const packageJson = completePackage(
    place.packageJson,
    place.installed === undefined ? spec : undefined,
    checkedFolders(folder),
  );
  const written = [
    await create(place, 'scenarios/first-drill.ts', firstScenario),
    await create(place, 'scenarios/tsconfig.json', scenarioTypes),
    ...(place.modules || place.packageJson === undefined
      ? []
      : [await create(place, 'scenarios/package.json', scenarioPackage)]),
    await create(place, configFile, configuration(place.installed)),
    await extend(place, 'package.json', () => packageJson),
    await extend(place, '.gitignore', completeIgnored),
  ];
  return [...written, ...(await writeRecipe(place, ci))];
}

/** Folders of manifests that the gate checks, as seen from the folder. */
export function checkedFolders(folder: string): string[] {
  const { root, within } = look(folder);
  return seenFrom(within, manifestFolders(root));
}

/**
 * The path from which package.json takes pgdrill, where that is outside the repository, so that no other machine can
 * install it; undefined where one can.
 */
export function outsideRepository(folder: string): string | undefined {
  const { packageJson, root } = look(folder);
  const path = packageJson && localPackage(packageJson);
  return path && relative(root, resolve(folder, path)).startsWith('..') ? path : undefined;
}

async function writeRecipe(surroundings: Surroundings, ci: CiSystem): Promise<Written[]> {
  if (ci === 'none') return [];
  const place = { ...surroundings, manifests: manifestFolders(surroundings.root) };
  const up = place.within === '' ? '' : `${place.within.replace(/[^/]+/g, '..')}/`;
  const atRoot = (file: string, text: string) => create(place, `${up}${file}`, text);
  if (ci === 'github') {
    const { file, text } = githubRecipe(place);
    return [await atRoot(file, text)];
  }
  const { file, text } = gitlabRecipe(place);
  return [await atRoot(file, text), await atRoot('.gitlab-ci.yml', gitlabInclude)];
}

/** Writes a file that does not exist; `wx` makes looking and writing one step. */
async function create({ folder }: Surroundings, file: string, text: string): Promise<Written> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: 'wx' });
    return { file, done: 'wrote' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return { file, done: 'kept' };
    throw error;
  }
}

/** Writes a file, or adds to the one that exists what it lacks. */
async function extend(
  place: Surroundings,
  file: string,
  complete: (before: string | undefined) => string,
): Promise<Written> {
  const path = join(place.folder, file);
  if (!existsSync(path)) return create(place, file, complete(undefined));
  const before = await readFile(path, 'utf8');
  const after = complete(before);
  if (after === before) return { file, done: 'kept' };
  await writeFile(path, after);
  return { file, done: 'added to' };
}
