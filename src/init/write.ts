/** Writes the first files of a user’s project. What is there already is left as it is. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { configFile } from '../project/config.ts';
import { configuration, firstScenario, ignored, projectFile } from './templates.ts';

export const ciSystems = ['github', 'gitlab', 'none'] as const;
export type CiSystem = (typeof ciSystems)[number];

/** What became of one file. */
export interface Written {
  readonly file: string;
  readonly kept: boolean;
}

const recipes = {
  github: { file: '.github/workflows/pgdrill.yml', from: 'github-actions.yml' },
  gitlab: { file: '.gitlab-ci.yml', from: 'gitlab-ci.yml' },
} as const;

/** Which CI a folder is likely to use: by what is there, GitHub where nothing is. */
export const guessCi = (folder: string): CiSystem => (existsSync(join(folder, '.gitlab-ci.yml')) ? 'gitlab' : 'github');

/** @returns every file that there should be, in the order written, and whether it was there already */
export async function writeProject(folder: string, ci: CiSystem): Promise<Written[]> {
  const files: [string, string][] = [
    ['scenarios/first-drill.ts', firstScenario],
    [configFile, configuration],
    ['package.json', projectFile],
    ['.gitignore', `${ignored.join('\n')}\n`],
  ];
  if (ci !== 'none') files.push([recipes[ci].file, await recipe(recipes[ci].from)]);
  const written: Written[] = [];
  for (const [file, text] of files) written.push({ file, kept: await keptOrWritten(join(folder, file), text) });
  return written;
}

const recipe = (name: string): Promise<string> => readFile(new URL(`../../docs/ci/${name}`, import.meta.url), 'utf8');

/** @returns whether the file was there already; `wx` makes looking and writing one step */
async function keptOrWritten(path: string, text: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: 'wx' });
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return true;
    throw error;
  }
}
