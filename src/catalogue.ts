/** The scenarios of a folder, by name. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { didYouMean, UsageError } from './errors.ts';
import { type Scenario, withoutRegistering } from './scenario.ts';

export interface Listed {
  readonly scenario: Scenario;
  readonly file: string;
}

/**
 * Every scenario in a folder, in the order of their names.
 * @throws UsageError if the folder cannot be read, or a file does not export a scenario
 */
export async function listScenarios(folder: string): Promise<Listed[]> {
  const names = await readdir(folder).catch((error: Error) => {
    throw new UsageError(`the folder of scenarios ${folder} cannot be read: ${error.message}`);
  });
  const files = names.filter((name) => /^[a-z0-9-]+\.(ts|js|mjs)$/.test(name)).sort();
  return Promise.all(files.map((name) => loadFile(resolve(folder, name))));
}

/**
 * One scenario, by its name or by the path of its file.
 * @throws UsageError with the nearest name where there is none
 */
export async function findScenario(folder: string, nameOrFile: string): Promise<Listed> {
  if (/\.(ts|js|mjs)$/.test(nameOrFile) && existsSync(nameOrFile)) return loadFile(resolve(nameOrFile));
  const all = await listScenarios(folder);
  const found = all.find(({ scenario }) => scenario.name === nameOrFile);
  if (found) return found;
  const known = all.map(({ scenario }) => scenario.name);
  throw new UsageError(`there is no scenario ${nameOrFile} in ${folder}${didYouMean(nameOrFile, known)}`);
}

async function loadFile(file: string): Promise<Listed> {
  const module = await withoutRegistering(
    () => import(pathToFileURL(file).href) as Promise<{ default?: Scenario }>,
  ).catch((error: unknown) => {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`the scenario ${file} cannot be loaded: ${(error as Error).message}`);
  });
  if (typeof module.default?.drill !== 'function')
    throw new UsageError(`${file} should export default scenario({ … }), but its default export is no scenario`);
  return { scenario: module.default, file };
}
