/** What an ApplicationSet of Argo CD leaves out: of the folders beside each other, its list names those that it deploys. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fieldOf, type Manifest } from '../text/manifest.ts';
import type { File } from './files.ts';

/** Folders that one list chooses from. */
interface Choice {
  /** The ApplicationSet as findings name its file. */
  readonly file: string;
  /** What stands before and behind the name in an absolute path: `/r/apps/` and an empty text. */
  readonly ends: readonly [string, string];
  readonly names: ReadonlySet<string>;
}

/** `apps/{{ .name }}`, `apps/{{name}}/base`: one field of an element within a path. */
const variablePath = /^([^{}]*)\{\{-?\s*\.?([\w.]+)\s*-?\}\}([^{}]*)$/;

/**
 * @returns for a folder or file, the ApplicationSet that lists its neighbours and not it, where no other file mentions its
 *   folder; else undefined
 */
export function unlistedBy(files: readonly File[]): (path: string) => string | undefined {
  const choices = files.flatMap((file) =>
    file.manifests.filter(isApplicationSet).flatMap((one) => choicesOf(one, file)),
  );
  if (choices.length === 0) return () => undefined;
  const mentioned = new Map<string, boolean>();
  return (path) => {
    const found = choices.filter((choice) => nameIn(choice, path) !== undefined);
    if (found.length === 0 || found.some((choice) => choice.names.has(nameIn(choice, path)!))) return undefined;
    const [choice] = found as [Choice, ...Choice[]];
    const folder = `${choice.ends[0]}${nameIn(choice, path)}${choice.ends[1]}`;
    if (!mentioned.has(folder)) mentioned.set(folder, isMentioned(folder, files));
    return mentioned.get(folder) ? undefined : choice.file;
  };
}

export const isApplicationSet = ({ apiVersion, kind }: Manifest): boolean =>
  kind === 'ApplicationSet' && apiVersion.startsWith('argoproj.io/');

/** Only lists: folders that a generator finds in git, and combinations of generators, are all deployed. */
function choicesOf(manifest: Manifest, file: File): Choice[] {
  const generators = manifest.items('spec', 'generators');
  const lists = generators.map(({ manifest: owner, node }) => owner.within(node, 'list', 'elements'));
  if (lists.length === 0 || lists.some((list) => list === undefined)) return [];
  const elements = lists.flatMap((list) => list!.manifest.itemsOf(list!.node));
  const source = manifest.at('spec', 'template', 'spec', 'source');
  const sources = [...(source ? [source] : []), ...manifest.items('spec', 'template', 'spec', 'sources')];
  return sources.flatMap((place) => {
    const [, before, field, behind] = variablePath.exec(fieldOf(place, 'path') ?? '') ?? [];
    if (!before?.includes('/') || field === undefined) return [];
    const names = new Set(elements.flatMap((element) => fieldOf(element, ...field.split('.')) ?? []));
    const root = rootOf(
      file,
      [...names].map((name) => `${before}${name}${behind}`),
    );
    return root === undefined
      ? []
      : [{ file: file.source.file, ends: [join(root, before, '/'), behind!], names } as const];
  });
}

/** The folder above the ApplicationSet, in its repository, below which its list names folders that exist. */
function rootOf(file: File, paths: readonly string[]): string | undefined {
  for (let above = dirname(file.path); ; above = dirname(above)) {
    if (paths.some((path) => existsSync(join(above, path)))) return above;
    if (dirname(above) === above || existsSync(join(above, '.git'))) return undefined;
  }
}

/** The name that a path has at the place of the variable. */
function nameIn({ ends: [before, behind] }: Choice, path: string): string | undefined {
  if (!path.startsWith(before)) return undefined;
  const [name = ''] = path.slice(before.length).split('/', 1);
  return name !== '' && `${path}/`.startsWith(`${before}${name}${behind}/`) ? name : undefined;
}

/** Whether a file elsewhere mentions the folder, as an Application of its own or a script does. */
export function isMentioned(folder: string, files: readonly File[]): boolean {
  const near = folder.split('/').slice(-2).join('/');
  const word = new RegExp(`(?<![\\w-])${near.replace(/[.+*?()[\]^$|\\]/g, '\\$&')}(?![\\w-])`);
  return files.some(
    ({ path, source: { text } }) => !path.startsWith(`${folder}/`) && text.includes(near) && word.test(text),
  );
}
