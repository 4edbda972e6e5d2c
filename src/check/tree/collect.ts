/** From what the user names (files, folders, globs, `-`) to texts. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from '../../errors.ts';
import { filesMatching } from '../../kubernetes/manifest-files.ts';
import type { Source } from '../text/source.ts';
import { repositoryOf } from './files.ts';

/** Folders below the one that was named. */
const isSkipped = (name: string): boolean => name === 'node_modules' || name.startsWith('.');

export interface Collected {
  readonly sources: readonly Source[];
  /** Whether only single files were named, as a pre-commit hook does: what stands beside them was not. */
  readonly areSingle: boolean;
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
      if (!isFolder || isWanted(source)) sources.push(source);
    }
  }
  return { sources, areSingle };
}

export interface Gathered {
  readonly sources: readonly Source[];
  /** All files of the repository, where the sources are single files of it; empty where it is not known. */
  readonly context?: readonly Source[];
}

/** As `collect`, with the repository around single files. */
export async function gather(
  args: readonly string[],
  stdin: NodeJS.ReadableStream,
  stdinName?: string,
): Promise<Gathered> {
  const { sources, areSingle } = await collect(args, stdin, stdinName);
  return areSingle ? { sources, context: (await repositoryAround(sources)) ?? [] } : { sources };
}

/** Most files of a repository that are read to judge single files of it. */
const mostFiles = 20_000;
const mostBytes = 1_000_000;
/** What a file must mention to matter for another one. */
const matters = /cnpg|kustomiz|-rw\b|kind: *["']?(?:Service|Secret|ExternalSecret|ConfigMap|HelmRelease)\b/;

/** The other files of the repository that holds single files; undefined outside of one, or where it is too large. */
async function repositoryAround(sources: readonly Source[]): Promise<Source[] | undefined> {
  const [first] = sources;
  const root = first && repositoryOf(resolve(first.file));
  if (root === undefined) return undefined;
  const named = new Set(sources.map(({ file }) => resolve(file)));
  const files = (await walk(root)).filter((file) => !named.has(file));
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

/** Most JSON below a folder is not Kubernetes'. */
const isWanted = ({ file, text: content }: Source): boolean => !file.endsWith('.json') || content.includes('cnpg.io');

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`expected to read ${file}, but: ${(error as Error).message}.`, { cause: error });
  }
}

const slashed = (file: string): string => file.replaceAll('\\', '/');
