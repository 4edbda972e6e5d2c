/** From what `--manifests` names to objects with their places. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import { UsageError } from '../../../errors.ts';
import { filesMatching, kustomizationNames } from '../../../kubernetes/manifest-files.ts';
import type { KubeObject } from '../../cnpg/objects.ts';
import type { Placed } from './change.ts';

/** Builds the kustomization of a folder. @returns its YAML */
export type Kustomize = (folder: string) => Promise<string>;

/** A document of YAML as it stands in a file. */
export interface Found {
  readonly value: Readonly<Record<string, unknown>>;
  readonly file: string;
  readonly line: number;
}

/**
 * Reads files, folders and globs. A folder that has a kustomization, or a kustomization itself, is built; a folder whose
 * kustomizations lie below is the topmost of them; other folders give all YAML below them.
 * @throws UsageError with file and line where something cannot be read
 */
export async function readSources(paths: readonly string[], kustomize: Kustomize): Promise<Found[]> {
  const lists = await Promise.all(paths.map((path) => readOne(path, kustomize)));
  return lists.flat();
}

async function readOne(path: string, kustomize: Kustomize): Promise<Found[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) {
    if (kustomizationNames.includes(basename(path))) return built(dirname(path), kustomize);
    return parse(path, await text(path));
  }
  if (found?.isDirectory()) return readFolder(path, kustomize);
  const files = await filesMatching(path);
  if (files.length === 0)
    throw new UsageError(`--manifests expects a file, a folder, a kustomization or a glob, but ${path} names none`);
  return (await Promise.all(files.map(async (file) => parse(file, await text(file))))).flat();
}

async function readFolder(folder: string, kustomize: Kustomize): Promise<Found[]> {
  const files = await yamlBelow(folder);
  const kustomizations = files.filter((file) => kustomizationNames.includes(basename(file)));
  if (kustomizations.length === 0) {
    const found = await Promise.all(files.map(async (file) => parse(file, await text(file))));
    if (found.flat().length === 0) throw new UsageError(`--manifests expects YAML below ${folder}, but found none`);
    return found.flat();
  }
  const top = await topmost(kustomizations);
  if (top.length > 1)
    throw new UsageError(
      `${folder} holds ${top.length} kustomizations that no other includes: ${top.map(dirname).join(', ')}; name one of them`,
    );
  return built(dirname(top[0]!), kustomize);
}

/** Those that no other one includes, components aside. */
async function topmost(files: readonly string[]): Promise<string[]> {
  const included = new Set<string>();
  const parsed = await Promise.all(files.map(async (file) => ({ file, found: parse(file, await text(file)) })));
  for (const { file, found } of parsed)
    for (const { value } of found)
      for (const name of [...listOf(value.resources), ...listOf(value.components), ...listOf(value.bases)])
        included.add(join(dirname(file), name));
  return parsed
    .filter(({ file, found }) => !included.has(dirname(file)) && found.every(({ value }) => value.kind !== 'Component'))
    .map(({ file }) => file);
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** What a kustomization gives, each object at the place of the file that it comes from, where that can be found. */
async function built(folder: string, kustomize: Kustomize): Promise<Found[]> {
  const output = parse(folder, await kustomize(folder));
  const origins = (
    await Promise.all((await yamlAround(folder)).map(async (file) => parse(file, await text(file))))
  ).flat();
  return output.map(({ value }) => {
    const from = origins.find(
      ({ value: { kind, metadata } }) => kind === value.kind && nameIn(metadata) === nameIn(value.metadata),
    );
    return from ? { value, file: from.file, line: from.line } : { value, file: folder, line: 1 };
  });
}

const nameIn = (metadata: unknown): unknown => (metadata as { name?: unknown } | undefined)?.name;

/** The kustomization's own files and those of its bases. */
async function yamlAround(folder: string, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(folder)) return [];
  seen.add(folder);
  const files = await yamlBelow(folder).catch(() => []);
  const bases = await Promise.all(
    files
      .filter((file) => kustomizationNames.includes(basename(file)))
      .map(async (file) => {
        const names = parse(file, await text(file)).flatMap(({ value }) => [
          ...listOf(value.resources),
          ...listOf(value.components),
          ...listOf(value.bases),
        ]);
        const folders = names.filter((name) => !/\.ya?ml$/.test(name) && !/:\/\//.test(name));
        return (await Promise.all(folders.map((name) => yamlAround(join(dirname(file), name), seen)))).flat();
      }),
  );
  // Bases first: an overlay's patch of the same name is not where the object is.
  return [...bases.flat(), ...files];
}

async function yamlBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : yamlBelow(path);
      return /\.ya?ml$/.test(entry.name) || kustomizationNames.includes(entry.name) ? [path] : [];
    });
  return (await Promise.all(lists)).flat();
}

const text = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`the manifest ${file} cannot be read: ${error.message}`);
  });

/** @throws UsageError with file and line where it is not YAML */
function parse(file: string, content: string): Found[] {
  // In YAML, `{{ .Values.name }}` is a map: a template may parse, and means something else.
  const template = /^[^#"'\n]*\{\{-?\s*[.\w$]/m.exec(content);
  if (template)
    throw new UsageError(
      `${file}:${content.slice(0, template.index).split('\n').length}: this is a template; render it first (helm template) and name the result`,
    );
  const lines = new LineCounter();
  const documents = parseAllDocuments(content, { lineCounter: lines, merge: true, prettyErrors: false });
  return (Array.isArray(documents) ? (documents as Document[]) : []).flatMap((document) => {
    const [error] = document.errors;
    const lineOf = (offset: number) => lines.linePos(offset).line;
    if (error)
      throw new UsageError(
        `${file}:${lineOf(error.pos[0])}: the manifests should be YAML, but: ${error.message.split('\n')[0]}`,
      );
    const value = document.toJS() as unknown;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
    const line = lineOf(document.contents?.range?.[0] ?? 0);
    const items = (value as { kind?: string; items?: unknown }).items;
    if (/List$/.test(String((value as { kind?: string }).kind)) && Array.isArray(items))
      return items.map((item) => ({ value: item as Found['value'], file, line }));
    return [{ value: value as Found['value'], file, line }];
  });
}

/** Those that are Kubernetes objects. */
export const objectsIn = (found: readonly Found[]): Placed[] =>
  found.flatMap(({ value, file, line }) => {
    const { apiVersion, kind, metadata } = value as Partial<KubeObject>;
    return apiVersion && kind && metadata?.name ? [{ object: value as KubeObject, file, line }] : [];
  });
