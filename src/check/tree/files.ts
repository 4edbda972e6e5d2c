/** The files of a tree: those that were named, and those that kustomizations refer to, read when they are needed. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { kustomizationNames } from '../../kubernetes/manifest-files.ts';
import type { Manifest } from '../text/manifest.ts';
import { parseFile, type Unread } from '../text/parse.ts';
import type { Source } from '../text/source.ts';

export interface File {
  /** Absolute. */
  readonly path: string;
  readonly source: Source;
  readonly manifests: readonly Manifest[];
  readonly unread: Unread | undefined;
}

export class Files {
  readonly #files = new Map<string, File>();
  readonly #texts = new Map<string, Source | undefined>();
  /** Files that were given, in their order. */
  readonly named: readonly File[];

  constructor(sources: readonly Source[]) {
    this.named = sources.map((source) => this.#add(resolve(source.file), source));
  }

  /** A file by its absolute path; read from disk where it was not given. Undefined where it does not exist. */
  file(path: string): File | undefined {
    const known = this.#files.get(path);
    if (known) return known;
    try {
      return this.#add(path, this.#texts.get(path) ?? { file: nameOf(path), text: readFileSync(path, 'utf8') });
    } catch {
      return undefined;
    }
  }

  /** The text of a file, which need not be YAML; undefined where it does not exist. */
  text(path: string): Source | undefined {
    const known = this.#files.get(path)?.source ?? this.#texts.get(path);
    if (known || this.#texts.has(path)) return known;
    let source: Source | undefined;
    try {
      source = { file: nameOf(path), text: readFileSync(path, 'utf8') };
    } catch {
      source = undefined;
    }
    this.#texts.set(path, source);
    return source;
  }

  /** The kustomization of a folder. */
  kustomization(folder: string): File | undefined {
    for (const name of kustomizationNames) {
      const path = join(folder, name);
      if (this.#files.has(path) || existsSync(path)) return this.file(path);
    }
    return undefined;
  }

  isFolder(path: string): boolean {
    try {
      return statSync(path).isDirectory();
    } catch {
      return false;
    }
  }

  /** The names in a folder; none where it cannot be read. */
  list(folder: string): { name: string; isFolder: boolean }[] {
    try {
      return readdirSync(folder, { withFileTypes: true })
        .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch {
      return [];
    }
  }

  #add(path: string, source: Source): File {
    const file = { path, source, ...parsed(source) };
    this.#files.set(path, file);
    return file;
  }
}

function parsed(source: Source): { manifests: readonly Manifest[]; unread: Unread | undefined } {
  const { manifests, unread } = parseFile(source);
  return { manifests, unread };
}

/** A path as it is written in findings: relative to where pgdrill runs. */
function nameOf(path: string): string {
  const near = relative(process.cwd(), path);
  return (isAbsolute(near) ? path : near).replaceAll('\\', '/');
}
