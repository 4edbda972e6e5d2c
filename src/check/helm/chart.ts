/** Charts of Helm in the tree: their templates, default values and the charts they depend on. */
import { basename, dirname, join, resolve } from 'node:path';
import { isMap, type YAMLMap } from 'yaml';
import { Manifest, type Place } from '../text/manifest.ts';
import { documentsOf, errorOf } from '../text/parse.ts';
import type { Origin, Source } from '../text/source.ts';
import type { Files } from '../tree/files.ts';
import type { TemplateFile } from './render.ts';
import { templateOf } from './syntax.ts';
import { type Data, dataOf, isDataMap, member, NotDecidable, type Value } from './value.ts';

export interface Chart {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  /** `Chart.yaml` as templates see it: `.Chart`. */
  readonly about: Data;
  readonly values: Data;
  readonly templates: readonly TemplateFile[];
  /** Templates with actions that are not understood, and why. */
  readonly refused: readonly { source: Source; reason: string }[];
  readonly dependencies: readonly Dependency[];
  /** Where the values of CloudNativePG's chart `cluster` are, where it depends on that. */
  readonly clusterValues: readonly { alias: string; values: Place }[];
}

/** A chart of the tree that another one contains. */
export interface Dependency {
  /** The key of its values in those of the other chart. */
  readonly name: string;
  readonly folder: string;
  /** The path in the values that switches it on; empty for always. */
  readonly condition: string;
  readonly at: Origin | undefined;
}

/** Reads the chart in a folder; undefined where it holds none. */
export function chartIn(files: Files, folder: string): Chart | undefined {
  const head = files.text(join(folder, 'Chart.yaml'));
  if (!head) return undefined;
  const about = rootOf(head);
  const templates: TemplateFile[] = [];
  const refused: { source: Source; reason: string }[] = [];
  for (const path of filesBelow(files, join(folder, 'templates'))) {
    const source = files.text(path);
    if (!source || basename(path) === 'NOTES.txt') continue;
    try {
      templates.push({ source, template: templateOf(source.text) });
    } catch (error) {
      if (!(error instanceof NotDecidable)) throw error;
      refused.push({ source, reason: error.message });
    }
  }
  return {
    folder,
    name: textIn(about, 'name') || basename(folder),
    about: aboutOf(about.data),
    values: valuesIn(files, join(folder, 'values.yaml')),
    templates,
    refused,
    dependencies: dependenciesOf(files, folder, about),
    clusterValues: clusterValuesOf(files, folder, about),
  };
}

/** The chart `cluster` comes from its publisher's repository, and its values are under its name, or alias. */
function clusterValuesOf(files: Files, folder: string, about: Value): { alias: string; values: Place }[] {
  const declared = member(about, 'dependencies').data;
  const entries = (Array.isArray(declared) ? declared : []).map((data: Data) => ({ data }));
  const keys = entries
    .filter((entry) => textIn(entry, 'name') === 'cluster' && /cloudnative-pg|cnpg/.test(textIn(entry, 'repository')))
    .map((entry) => textIn(entry, 'alias') || 'cluster');
  const source = keys.length > 0 ? files.text(join(folder, 'values.yaml')) : undefined;
  const [document] = source ? documentsOf(source.text) : [];
  if (!source || !document || errorOf(document) || !isMap(document.contents)) return [];
  const manifest = new Manifest(source, document, document.contents as YAMLMap);
  return keys.flatMap((alias) => {
    const values = manifest.at(alias);
    return values ? [{ alias, values }] : [];
  });
}

/** The values in a file; nothing where it is missing or not YAML. */
export function valuesIn(files: Files, path: string): Data {
  const source = files.text(path);
  return source ? rootOf(source).data : undefined;
}

function rootOf(source: Source): Value {
  const [document] = documentsOf(source.text);
  if (!document || errorOf(document)) return { data: undefined };
  return { data: dataOf(document.contents, document, source) };
}

const textIn = (value: Value, name: string): string => {
  const { data } = member(value, name);
  return data === undefined ? '' : String(data);
};

/** Templates name the fields of `.Chart` with capitals. */
const aboutOf = (data: Data): Data =>
  isDataMap(data)
    ? Object.fromEntries(Object.entries(data).map(([key, value]) => [key[0]!.toUpperCase() + key.slice(1), value]))
    : {};

/** `file://` repositories, and charts in the folder `charts`. */
function dependenciesOf(files: Files, folder: string, about: Value): Dependency[] {
  const declared = member(about, 'dependencies');
  const list = Array.isArray(declared.data) ? declared.data : [];
  const named = list.flatMap((data: Data): Dependency[] => {
    const entry = { data };
    const name = textIn(entry, 'name');
    const repository = textIn(entry, 'repository');
    const local = repository.startsWith('file://')
      ? resolve(folder, repository.slice('file://'.length))
      : join(folder, 'charts', name);
    const condition = textIn(entry, 'condition').split(',')[0]!;
    const at = member(entry, 'name').at;
    return files.text(join(local, 'Chart.yaml'))
      ? [{ name: textIn(entry, 'alias') || name, folder: local, condition, at }]
      : [];
  });
  const inside = files
    .list(join(folder, 'charts'))
    .filter(({ isFolder }) => isFolder)
    .map(({ name }) => join(folder, 'charts', name))
    .filter((path) => !named.some((one) => one.folder === path) && files.text(join(path, 'Chart.yaml')))
    .map((path) => ({ name: basename(path), folder: path, condition: '', at: undefined }));
  return [...named, ...inside];
}

/** All templates below a folder, sorted. */
function filesBelow(files: Files, folder: string, depth = 0): string[] {
  return files.list(folder).flatMap(({ name, isFolder }) => {
    const path = join(folder, name);
    if (isFolder) return depth > 5 ? [] : filesBelow(files, path, depth + 1);
    return /\.(?:ya?ml|tpl)$/.test(name) ? [path] : [];
  });
}

/** The chart that a template belongs to, by its path; undefined where it is not in a chart. */
export function chartFolderOf(files: Files, path: string): string | undefined {
  for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder))
    if (basename(folder) === 'templates' && files.text(join(dirname(folder), 'Chart.yaml'))) return dirname(folder);
  return undefined;
}
