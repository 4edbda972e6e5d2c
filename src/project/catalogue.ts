/** The scenarios that there are, by name: those of a folder, and those built in. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { didYouMean, SetupError, UsageError } from '../errors.ts';
import { importContained } from '../safety/user-code.ts';
import { defineScenario, type Scenario, type ScenarioInput, withoutRegistering } from '../scenario/index.ts';
import { defaultScenarios } from './config.ts';
import { answerToOwnName, missingExport } from './own-name.ts';

export interface Listed {
  readonly scenario: Scenario;
  readonly file: string;
  /** It comes with this program, and not from the folder. */
  readonly isBuiltIn?: boolean;
  /** The sub-folder that holds its file: `network`, `disk`. Absent for a file of the folder itself. */
  readonly theme?: string;
}

/** The scenarios that come with this program. */
const builtIn = fileURLToPath(new URL('../../scenarios/', import.meta.url));

/** A file that is not a scenario, and why. */
interface Broken {
  readonly file: string;
  readonly why: Error;
  /** The name of the scenario in it, where that is what is wrong with it. */
  readonly name?: string;
}
interface Catalogue {
  /** In the order of names. */
  readonly listed: readonly Listed[];
  /** Files of the folder that could not be loaded; they keep nobody from the others. */
  readonly broken: readonly Broken[];
}

/**
 * Every scenario in a folder and the folders in it, and those built in that it does not replace by one of the same name.
 * @throws UsageError if the folder cannot be read
 */
export async function readCatalogue(folder: string): Promise<Catalogue> {
  const own = await scenariosIn(folder);
  if (resolve(folder) === resolve(builtIn)) return own;
  const names = new Set([...own.listed.map(({ scenario }) => scenario.name), ...own.broken.map(({ name }) => name)]);
  const others = (await scenariosIn(builtIn)).listed.filter(({ scenario }) => !names.has(scenario.name));
  const listed = [...own.listed, ...others.map((one) => ({ ...one, isBuiltIn: true }))].sort(byName);
  return { listed, broken: own.broken };
}

/** Those that come with this program. */
export const readBuiltIn = async (): Promise<readonly Listed[]> => (await scenariosIn(builtIn)).listed;

async function scenariosIn(folder: string): Promise<Catalogue> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Who has not written any yet still has those built in; a folder that was named must be there.
    if (error.code === 'ENOENT' && folder === defaultScenarios) return [];
    throw new UsageError(`the folder of scenarios ${folder} cannot be read: ${error.message}`);
  });
  const files = names.filter((name) => scenarioFile.test(name)).map((name) => resolve(folder, name));
  const themes = names.filter((name) => theme.test(name)).map((name) => resolve(folder, name));
  const within = await Promise.all(themes.map(scenarioFilesOf));
  const listed: Listed[] = [];
  const broken: Broken[] = [];
  // One after another, so that a scenario that calls `process.exit` can be named.
  for (const file of [...files, ...within.flat()].sort())
    try {
      listed.push(withTheme(folder, await loadFile(file)));
    } catch (why) {
      broken.push({ file, why: why as Error });
    }
  const alike = [...Map.groupBy(listed, ({ scenario }) => scenario.name).values()].filter(({ length }) => length > 1);
  return {
    listed: listed.filter((one) => !alike.some((some) => some.includes(one))).sort(byName),
    broken: [...broken, ...alike.flatMap(asBroken)],
  };
}

/** A name that several files have does not say which file is meant. */
const asBroken = (alike: readonly Listed[]): Broken[] =>
  alike.map(({ file, scenario: { name } }) => ({ file, name, why: new UsageError(sameName(name, alike)) }));
const sameName = (name: string, alike: readonly Listed[]): string =>
  `${alike.length} files hold a scenario of the name ${name}: ${alike.map(({ file }) => file).join(' and ')}; rename all but one`;

function withTheme(folder: string, one: Listed): Listed {
  const theme = relative(resolve(folder), dirname(one.file));
  return theme === '' ? one : { ...one, theme };
}
const byName = (a: Listed, b: Listed): number => (a.scenario.name < b.scenario.name ? -1 : 1);
const scenarioFile = /^[a-z0-9-]+\.(ts|js|mjs)$/;
/** A folder for scenarios of one theme: `network`, `disk`. */
const theme = /^[a-z0-9-]+$/;
/** What a scenario ends with. Other files of a sub-folder are its helpers, and are not loaded. */
const exportsScenario = /^export default scenario\(/m;

/** The files of a sub-folder that export a scenario; none where it is a file. */
async function scenarioFilesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => scenarioFile.test(name)).map((name) => resolve(folder, name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return files.filter((_, i) => exportsScenario.test(texts[i]!));
}

/**
 * One scenario, by its name or by the path of its file.
 * @throws UsageError with the nearest name where there is none, and saying which files could not be looked into
 */
export async function findScenario(folder: string, nameOrFile: string): Promise<Listed> {
  if (/\.(ts|js|mjs)$/.test(nameOrFile)) {
    if (existsSync(nameOrFile)) return loadFile(resolve(nameOrFile));
    const moved = await movedToTheme(nameOrFile);
    if (moved) return moved;
  }
  const { listed, broken } = await readCatalogue(folder);
  // A file that has the name and is broken is what the user means, and not one built in of the same name.
  const meant =
    broken.find(({ name }) => name === nameOrFile) ??
    broken.find(({ file }) => basename(file).replace(/\.\w+$/, '') === nameOrFile);
  if (meant) throw meant.why;
  const found = listed.find(({ scenario }) => scenario.name === nameOrFile);
  if (found) return found;
  const hint = hintOf(nameOrFile, listed);
  const unread = [...new Set(broken.map(({ why }) => `; ${why.message}`))].join('');
  throw new UsageError(`there is no scenario ${nameOrFile} in ${folder}${hint}${unread}`);
}

/** The built-in scenario that had this path before versions sorted them into folders by theme. */
async function movedToTheme(path: string): Promise<Listed | undefined> {
  if (dirname(resolve(path)) !== resolve(builtIn)) return undefined;
  return (await readBuiltIn()).find(({ scenario }) => scenario.name === basename(path).replace(/\.\w+$/, ''));
}

/** The nearest name, or all of them: first those of the folder, then those built in. */
function hintOf(name: string, listed: readonly Listed[]): string {
  const names = (some: readonly Listed[]) => some.map(({ scenario }) => scenario.name);
  const hint = didYouMean(name, names(listed));
  if (hint.startsWith(' (')) return hint;
  const [builtIn = [], own = []] = [true, false].map((which) =>
    names(listed.filter((one) => !!one.isBuiltIn === which)),
  );
  return [own, builtIn]
    .map((list, i) => (list.length > 0 ? `; ${i === 0 ? 'known' : 'built in'}: ${list.join(', ')}` : ''))
    .join('');
}

/** @throws UsageError for a file that is not a scenario; SetupError where loading it calls `process.exit`, or never ends */
async function loadFile(file: string): Promise<Listed> {
  answerToOwnName();
  const cannot = (why: string) => `the scenario ${file} cannot be loaded: ${why}`;
  const module = await withoutRegistering(() => importContained<{ default?: unknown }>(pathToFileURL(file).href)).catch(
    async (error: unknown) => {
      if (error instanceof UsageError) throw error;
      const { message } = error instanceof Error ? error : new Error(String(error));
      if (error instanceof SetupError) throw new SetupError(cannot(message));
      throw new UsageError(cannot((await missingExport(message)) ?? message));
    },
  );
  const exported = module.default;
  if (typeof exported !== 'object' || exported === null || typeof (exported as Scenario).drill !== 'function')
    throw new UsageError(`${file} should export default scenario({ … }), but its default export is not a scenario`);
  // Also one that did not come from `scenario()`: a plain object is checked likewise.
  return { scenario: defineScenario(exported as ScenarioInput), file };
}
