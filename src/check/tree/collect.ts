/** From what the user names (files, folders, globs, `-`) to texts. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from '../../errors.ts';
import { filesMatching } from '../../kubernetes/manifest-files.ts';
import type { Note } from '../finding.ts';
import type { Source } from '../text/source.ts';
import { repositoryOf } from './repository.ts';

/** Hidden folders of tools, which hold no manifests of the user. */
const tools = new Set(
  (
    'git hg svn cache terraform terragrunt-cache venv tox direnv devenv idea vscode vs npm pnpm-store yarn gradle m2 ' +
    'mypy_cache pytest_cache ruff_cache next nuxt svelte-kit bundle cargo rustup local config ssh trash tmp'
  ).split(' '),
);
/** Folders below the one that was named. */
const isSkipped = (name: string): boolean =>
  name === 'node_modules' || (name.startsWith('.') && tools.has(name.slice(1).toLowerCase()));

/** Hidden folders for what is no longer deployed. */
const putAway = /^\.(?:archived?|attic|old|deprecated|disabled|unused|removed|bak|backups?|trash|legacy|retired)$/i;
/** The outermost folder of a path, below the one that was named, that keeps what is put away; undefined where none does. */
function putAwayIn(path: string): string | undefined {
  const steps = path.split('/');
  const nth = steps.findIndex((step) => putAway.test(step));
  return nth < 0 || nth === steps.length - 1 ? undefined : steps.slice(0, nth + 1).join('/');
}

export interface Collected {
  readonly sources: readonly Source[];
  /** Whether only single files were named, as a pre-commit hook does: what stands beside them was not. */
  readonly areSingle: boolean;
  /** Files that were left out, and why. */
  readonly notes: readonly Note[];
}

/**
 * Reads the manifests that the arguments name: a file, a folder (all .yaml and .yml below it, and .json that mention
 * CloudNativePG), a glob, or `-` for standard input.
 * @param stdinName the file whose text standard input holds, as editors hand it over
 * @throws UsageError where an argument names nothing
 */
export async function collect(
  args: readonly string[],
  stdin: NodeJS.ReadableStream,
  stdinName?: string,
): Promise<Collected> {
  const sources: Source[] = [];
  const seen = new Set<string>();
  const left = new Map<string, number>();
  let areSingle = true;
  for (const argument of args) {
    if (argument === '-') {
      sources.push({ file: stdinName ?? '-', text: await text(stdin) });
      areSingle &&= stdinName !== undefined;
      continue;
    }
    const { files, isFolder } = await filesOf(argument);
    areSingle &&= !isFolder;
    for (const file of files) {
      if (seen.has(resolve(file))) continue;
      seen.add(resolve(file));
      const source = { file: slashed(file), text: await read(file) };
      const away = isFolder ? putAwayIn(slashed(relative(argument, file))) : undefined;
      if (away !== undefined && source.text.includes('cnpg.io/')) {
        const folder = slashed(join(argument, away));
        left.set(folder, (left.get(folder) ?? 0) + 1);
      } else if (away === undefined && (!isFolder || isWanted(source))) sources.push(source);
    }
  }
  return { sources, areSingle, notes: [...left].map(([folder, count]) => putAwayNote(folder, count)) };
}

const putAwayNote = (folder: string, count: number): Note => ({
  file: folder,
  text:
    `${folder}: ${count} file${count === 1 ? '' : 's'} with objects of CloudNativePG ${count === 1 ? 'was' : 'were'} not ` +
    `judged, as the folder keeps what is put away; name it to check it`,
});

export interface Gathered {
  readonly sources: readonly Source[];
  /** All files of the repository, where the sources are single files of it; empty where it is not known. */
  readonly context?: readonly Source[];
  /** Files that were left out, and why. */
  readonly notes: readonly Note[];
}

/** As `collect`, with the repository around single files. */
export async function gather(
  args: readonly string[],
  stdin: NodeJS.ReadableStream,
  stdinName?: string,
): Promise<Gathered> {
  const { sources, areSingle, notes } = await collect(args, stdin, stdinName);
  return areSingle ? { sources, notes, context: (await repositoryAround(sources)) ?? [] } : { sources, notes };
}

/** Most files of a repository that are read to judge single files of it. */
const mostFiles = 20_000;
const mostBytes = 1_000_000;
/** What a file must mention to matter for another one. */
const matters =
  /cnpg|kustomiz|-rw\b|repository: *["']?file:|kind: *["']?(?:Service|Secret|ExternalSecret|ConfigMap|HelmRelease)\b/;

/** The other files of the repository that holds single files; undefined outside of one, or where it is too large. */
async function repositoryAround(sources: readonly Source[]): Promise<Source[] | undefined> {
  const [first] = sources;
  const root = first && repositoryOf(resolve(first.file));
  if (root === undefined) return undefined;
  const named = new Set(sources.map(({ file }) => resolve(file)));
  const files = (await walk(root)).filter(
    (file) => !named.has(file) && putAwayIn(slashed(relative(root, file))) === undefined,
  );
  if (files.length > mostFiles) return undefined;
  const texts = await Promise.all(
    files.map(async (path): Promise<Source[]> => {
      const { size } = await stat(path);
      const content = size > mostBytes ? '' : await readFile(path, 'utf8');
      return matters.test(content) ? [{ file: slashed(relative(process.cwd(), path)), text: content }] : [];
    }),
  );
  return [...sources, ...texts.flat()];
}

async function filesOf(argument: string): Promise<{ files: string[]; isFolder: boolean }> {
  const found = await stat(argument).catch(() => undefined);
  if (found?.isFile()) return { files: [argument], isFolder: false };
  if (found?.isDirectory()) return { files: await filesBelow(argument), isFolder: true };
  const files = await filesMatching(argument);
  if (files.length === 0)
    throw new UsageError(`expected a file, folder or glob of manifests, but ${argument} names none.`);
  return { files, isFolder: false };
}

async function filesBelow(folder: string): Promise<string[]> {
  const files = await walk(folder);
  if (files.length === 0)
    throw new UsageError(`expected manifests (.yaml, .yml, .json) below ${folder}, but found none.`);
  return files;
}

async function walk(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true });
  const lists = found.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isSkipped(entry.name) ? [] : walk(path);
    return entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name) ? [path] : [];
  });
  return (await Promise.all(lists)).flat().sort();
}

/** What a test of Chainsaw or KUTTL compares a cluster with: parts of objects, which nobody deploys. */
const isAssertion = (file: string): boolean => /(?:^|[-_/])(?:assert|errors?)\.ya?ml$/.test(file);

/** Most JSON below a folder is not Kubernetes'. */
const isWanted = ({ file, text: content }: Source): boolean =>
  !isAssertion(file) && (!file.endsWith('.json') || content.includes('cnpg.io'));

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`expected to read ${file}, but: ${(error as Error).message}.`, { cause: error });
  }
}

const slashed = (file: string): string => file.replaceAll('\\', '/');
