/** The scenarios that there are, by name: those of a folder, and those built in. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { didYouMean, UsageError } from '../errors.ts';
import { type Scenario, withoutRegistering } from '../scenario/index.ts';
import { defaultScenarios } from './config.ts';
import { answerToOwnName, missingExport } from './own-name.ts';

export interface Listed {
  readonly scenario: Scenario;
  readonly file: string;
}

/** The scenarios that come with this program. */
const builtIn = fileURLToPath(new URL('../../scenarios/', import.meta.url));

/**
 * Every scenario in a folder, and those built in that it does not replace by one of the same name; in the order of names.
 * @throws UsageError if the folder cannot be read, or a file does not export a scenario
 */
export async function listScenarios(folder: string): Promise<Listed[]> {
  const own = await scenariosIn(folder);
  if (resolve(folder) === resolve(builtIn)) return own;
  const names = new Set(own.map(({ scenario }) => scenario.name));
  const others = (await scenariosIn(builtIn)).filter(({ scenario }) => !names.has(scenario.name));
  return [...own, ...others].sort((a, b) => (a.scenario.name < b.scenario.name ? -1 : 1));
}

async function scenariosIn(folder: string): Promise<Listed[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Who has not written any yet still has those built in; a folder that was named must be there.
    if (error.code === 'ENOENT' && folder === defaultScenarios) return [];
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
  answerToOwnName();
  const module = await withoutRegistering(
    () => import(pathToFileURL(file).href) as Promise<{ default?: Scenario }>,
  ).catch(async (error: unknown) => {
    if (error instanceof UsageError) throw error;
    const { message } = error as Error;
    throw new UsageError(`the scenario ${file} cannot be loaded: ${(await missingExport(message)) ?? message}`);
  });
  if (typeof module.default?.drill !== 'function')
    throw new UsageError(`${file} should export default scenario({ … }), but its default export is not a scenario`);
  return { scenario: module.default, file };
}
