/** What an ApplicationSet of Argo CD leaves out: folders whose parameters, in a file there, its selector does not match. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, matchesGlob, relative } from 'node:path';
import { isMap, isSeq } from 'yaml';
import { fieldOf, type Manifest, type Place } from '../text/manifest.ts';
import { textOf } from '../text/nodes.ts';
import { rootsOf } from '../text/parse.ts';
import { isApplicationSet, isMentioned } from './argo.ts';
import type { File } from './files.ts';

/** A generator that finds files or folders in git: each is deployed once its parameters match all selectors. */
interface Search {
  /** The ApplicationSet as findings name its file. */
  readonly file: string;
  /** The root of the repository, absolute. */
  readonly root: string;
  /** Patterns of the folders that it deploys, and of the files with their parameters; none for a search for folders. */
  readonly patterns: readonly { readonly folder: string; readonly file?: string }[];
  readonly selector: Place | undefined;
}

type Answer = 'deployed' | 'left out' | undefined;

/**
 * @returns for a folder or file, the ApplicationSet that finds its parameters, and whose selector does not match them,
 *   where no other one deploys it and no other file mentions its folder; else undefined
 */
export function unselectedBy(files: readonly File[]): (path: string) => string | undefined {
  const searches = files.flatMap((file) =>
    file.manifests.filter(isApplicationSet).flatMap((one) => searchesOf(one, file)),
  );
  if (!searches.some(({ selector }) => selector)) return () => undefined;
  const texts = new Map(files.map((file) => [file.path, file.source.text]));
  const known = new Map<string, string | undefined>();
  const by = (folder: string): string | undefined => {
    const answers = searches.map((search) => answerOf(search, folder, texts));
    if (answers.includes('deployed')) return undefined;
    const nth = answers.indexOf('left out');
    if (nth >= 0) return isMentioned(folder, files) ? undefined : searches[nth]!.file;
    return dirname(folder) === folder || searches.every(({ root }) => root === folder) ? undefined : above(folder);
  };
  const above = (folder: string): string | undefined => {
    const parent = dirname(folder);
    if (!known.has(parent)) known.set(parent, by(parent));
    return known.get(parent);
  };
  return (path) => by(path);
}

function searchesOf(manifest: Manifest, file: File): Search[] {
  // Another path than that of the file or folder may deploy anything.
  if (!/\{\{-?\s*\.?path(?:\.path)?\s*-?\}\}/.test(file.source.text)) return [];
  return manifest.items('spec', 'generators').flatMap((generator): Search[] => {
    const listOf = (kind: string) => {
      const list = generator.manifest.within(generator.node, 'git', kind);
      return list ? list.manifest.itemsOf(list.node).filter((item) => fieldOf(item, 'exclude') !== 'true') : [];
    };
    const pathsOf = (kind: string) => listOf(kind).flatMap((item) => fieldOf(item, 'path') ?? []);
    const patterns = [
      ...pathsOf('files').map((path) => ({ folder: dirname(path), file: basename(path) })),
      ...pathsOf('directories').map((folder) => ({ folder })),
    ];
    const root = rootOf(
      file,
      patterns.map(({ folder }) => folder),
    );
    const selector = generator.manifest.within(generator.node, 'selector');
    return root === undefined ? [] : [{ file: file.source.file, root, patterns, selector }];
  });
}

/** The folder above the ApplicationSet, in its repository, that holds the fixed beginning of a pattern. */
function rootOf(file: File, patterns: readonly string[]): string | undefined {
  const beginnings = patterns.flatMap((pattern) => pattern.split('/').filter(isFixed)[0] ?? []);
  for (let above = dirname(file.path); ; above = dirname(above)) {
    if (beginnings.some((name) => existsSync(join(above, name)))) return above;
    if (dirname(above) === above || existsSync(join(above, '.git'))) return undefined;
  }
}

const isFixed = (step: string, nth: number): boolean => nth === 0 && step !== '.' && !/[*?[{]/.test(step);

/** What a search does with a folder; undefined where it does not find it. */
function answerOf({ root, patterns, selector }: Search, folder: string, texts: ReadonlyMap<string, string>): Answer {
  if (!folder.startsWith(`${root}/`)) return undefined;
  const answers = patterns.flatMap((pattern): Answer[] => {
    if (!matchesGlob(relative(root, folder), pattern.folder)) return [];
    if (pattern.file === undefined) return ['deployed'];
    return namesIn(folder)
      .filter((name) => matchesGlob(name, pattern.file!))
      .map((name) => (isChosen(join(folder, name), texts, selector) ? 'deployed' : 'left out'));
  });
  return answers.includes('deployed') ? 'deployed' : answers[0];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether the selector matches any parameters of the file; also where that is not known. */
function isChosen(path: string, texts: ReadonlyMap<string, string>, selector: Place | undefined): boolean {
  if (!selector) return true;
  try {
    const roots = rootsOf({ file: path, text: texts.get(path) ?? readFileSync(path, 'utf8') });
    const sets = roots.flatMap((root) => (isSeq(root.node) ? root.manifest.itemsOf(root.node) : [root]));
    return sets.length === 0 || sets.some((set) => !isMap(set.node) || isMatch(set, selector));
  } catch {
    return true;
  }
}

/** Whether a label selector matches parameters. Those that the generator adds (`path…`, `values…`) are not known. */
function isMatch(set: Place, selector: Place): boolean {
  const labels = selector.manifest.within(selector.node, 'matchLabels');
  const fixed = isMap(labels?.node) ? labels.node.items.map(({ key, value }) => [textOf(key), textOf(value)]) : [];
  const expressions = selector.manifest.within(selector.node, 'matchExpressions');
  return (
    fixed.every(([key, value]) => isMatching(set, key, 'In', [value])) &&
    (expressions?.manifest.itemsOf(expressions.node) ?? []).every((one) => {
      const values = one.manifest.within(one.node, 'values');
      return isMatching(
        set,
        fieldOf(one, 'key'),
        fieldOf(one, 'operator'),
        values ? values.manifest.itemsOf(values.node).map(({ node }) => textOf(node)) : [],
      );
    })
  );
}

function isMatching(
  set: Place,
  key: string | undefined,
  operator: string | undefined,
  values: readonly (string | undefined)[],
): boolean {
  const isUnknown = values.some((value) => value === undefined || value.includes('{{'));
  if (key === undefined || isUnknown || /^(?:path|values)\b/.test(key)) return true;
  const value = fieldOf(set, key) ?? fieldOf(set, ...key.split('.'));
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return true;
  }
}
