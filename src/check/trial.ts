/** Examples, demonstrations and trials, known by the names of objects and of the folders that hold them. */
import { basename, dirname, resolve } from 'node:path';
import type { Note, Rule } from './finding.ts';
import type { Inventory } from './objects/inventory.ts';
import type { Resource } from './objects/resource.ts';

const words =
  /(?:^|[-_./])(?:demos?|playground|canary|poc|example|sample|sandbox|scratch|tutorials?|workshop|hands-on)(?=$|[-_./\d])/i;

/** Whether an object, its Cluster, or the folder that holds it is named as one that nobody depends on. */
export function isTrial(resource: Resource, inventory: Inventory): boolean {
  if (isSample(resource, inventory)) return true;
  const folders = resource.base.source.file.split('/').slice(0, -1);
  const cluster = resource.kind === 'Cluster' ? '' : (resource.reference('spec', 'cluster', 'name') ?? '');
  const root = inventory.root === undefined ? '' : basename(inventory.root);
  return [root, ...folders, resource.namespace ?? '', resource.name, cluster].some((name) => words.test(name));
}

/**
 * Whether an object stands in a folder of samples below the one that all files share: what it refers to is the reader's
 * own.
 */
export const isSample = ({ base }: Resource, { root = '' }: Inventory): boolean =>
  dirname(resolve(base.source.file))
    .slice(root.length)
    .split('/')
    .some((step) => /(?:^|[-_])(?:samples|examples)$/i.test(step));

/** A finding that is about production, of an object that is a trial. */
export interface LeftOut {
  readonly rule: Rule;
  readonly resource: Resource;
}

/** One note for the findings that were left out, with the rules that most of them are of. */
export function trialNotes(left: readonly LeftOut[]): Note[] {
  const names = [...new Set(left.map(({ resource }) => resource.title))];
  const [first] = names;
  if (first === undefined) return [];
  const others = names.length > 1 ? ` and ${names.length - 1} more` : '';
  const counts = [...Map.groupBy(left, ({ rule }) => rule.id)]
    .map(([id, list]) => ({ id, count: list.length }))
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
  const shown = counts.slice(0, 4).map(({ id, count }) => `${id} ${count}`);
  const rest = counts.length > shown.length ? ` and ${counts.length - shown.length} more` : '';
  return [
    {
      file: left[0]!.resource.base.source.file,
      text:
        `${first}${others}: named as an example or a trial; not reported, as it matters in production: ` +
        `${shown.join(', ')}${rest} (--rule ${counts[0]!.id} reports it)`,
    },
  ];
}
