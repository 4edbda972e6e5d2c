/** What a folder already is: a package, part of a workspace, part of a repository. Only looks. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { UsageError } from '../errors.ts';

export type Manager = 'npm' | 'pnpm' | 'yarn';

export interface Surroundings {
  /** Absolute. */
  readonly folder: string;
  /** Root of the repository, or else of the workspace; the folder itself where it is in neither. */
  readonly root: string;
  /** The folder as seen from the root, with `/`; empty where it is the root. */
  readonly within: string;
  /** Text of the folder’s own package.json; undefined where it has none. */
  readonly packageJson: string | undefined;
  /** Whether Node.js takes a `.ts` file of this folder for an ES module without being asked to guess. */
  readonly modules: boolean;
  readonly manager: Manager;
  /** The lock file as seen from the root; undefined where none exists. */
  readonly lockFile: string | undefined;
  /** The installed package as seen from the folder (`../../node_modules/pgdrill`); undefined where it is not installed. */
  readonly installed: string | undefined;
}

const lockFiles: Readonly<Record<string, Manager>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
};

/** @throws UsageError where a package.json in the way is not JSON */
export function look(at: string): Surroundings {
  const folder = resolve(at);
  const up = [...upwards(folder)];
  const root = up.find((one) => existsSync(join(one, '.git'))) ?? up.find(isWorkspace) ?? folder;
  const inRepository = up.slice(0, up.indexOf(root) + 1);
  const own = join(folder, 'package.json');
  const lock = inRepository
    .flatMap((one) => Object.keys(lockFiles).map((name) => join(one, name)))
    .find((file) => existsSync(file));
  const installed = inRepository
    .map((one) => join(one, 'node_modules', 'pgdrill'))
    .find((path) => existsSync(join(path, 'package.json')));
  return {
    folder,
    root,
    within: slashes(relative(root, folder)),
    packageJson: existsSync(own) ? readFileSync(own, 'utf8') : undefined,
    modules: typeAt(up) === 'module',
    manager: lock ? lockFiles[baseName(lock)]! : 'npm',
    lockFile: lock && slashes(relative(root, lock)),
    installed: installed && slashes(relative(folder, installed)),
  };
}

function isWorkspace(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return true;
  return existsSync(file) && 'workspaces' in parsePackage(readFileSync(file, 'utf8'), file);
}

/** The `type` that Node.js finds for files of a folder: that of the nearest package.json, whatever else it holds. */
function typeAt(up: readonly string[]): unknown {
  const file = up.map((one) => join(one, 'package.json')).find((path) => existsSync(path));
  return file && parsePackage(readFileSync(file, 'utf8'), file).type;
}

/** @throws UsageError naming the file that is not a JSON object */
export function parsePackage(text: string, file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The sentence below covers text that is not JSON and JSON that is not an object.
  }
  throw new UsageError(`expected ${file} to hold a JSON object, but it does not: correct it and run init again`);
}

function* upwards(folder: string): Generator<string> {
  yield folder;
  for (let one = folder; dirname(one) !== one; one = dirname(one)) yield dirname(one);
}

const baseName = (path: string): string => path.split(/[\\/]/).at(-1)!;
const slashes = (path: string): string => path.replaceAll('\\', '/');
