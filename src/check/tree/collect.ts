/** From what the user names (files, folders, globs, `-`) to texts. */
import { glob, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from '../errors.ts';
import type { Source } from './source.ts';

/** Folders below the one that was named. */
const isSkipped = (name: string): boolean => name === 'node_modules' || name.startsWith('.');

/**
 * Reads the manifests that the arguments name: a file, a folder (all .yaml and .yml below it), a glob, or `-` for stdin.
 * @throws UsageError where an argument names nothing
 */
export async function collect(args: readonly string[], stdin: NodeJS.ReadableStream): Promise<Source[]> {
  const sources: Source[] = [];
  const seen = new Set<string>();
  for (const argument of args) {
    if (argument === '-') sources.push({ file: '-', text: await text(stdin) });
    for (const file of argument === '-' ? [] : await filesOf(argument)) {
      if (seen.has(resolve(file))) continue;
      seen.add(resolve(file));
      sources.push({ file: slashed(file), text: await read(file) });
    }
  }
  return sources;
}

async function filesOf(argument: string): Promise<string[]> {
  const found = await stat(argument).catch(() => undefined);
  if (found?.isFile()) return [argument];
  if (found?.isDirectory()) return filesBelow(argument);
  const files = /[*?[{]/.test(argument) ? await globbed(argument) : [];
  if (files.length === 0)
    throw new UsageError(`expected a file, folder or glob of manifests, but ${argument} names none.`);
  return files;
}

async function filesBelow(folder: string): Promise<string[]> {
  const files = await walk(folder);
  if (files.length === 0) throw new UsageError(`expected manifests (.yaml, .yml) below ${folder}, but found none.`);
  return files;
}

async function walk(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true });
  const lists = found.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isSkipped(entry.name) ? [] : walk(path);
    return /\.ya?ml$/.test(entry.name) ? [path] : [];
  });
  return (await Promise.all(lists)).flat().sort();
}

async function globbed(pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const path of glob(pattern)) if ((await stat(path)).isFile()) files.push(path);
  return files.sort();
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`expected to read ${file}, but: ${(error as Error).message}.`, { cause: error });
  }
}

const slashed = (file: string): string => file.replaceAll('\\', '/');
