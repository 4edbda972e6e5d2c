/** Examples, demonstrations and trials, known by the names of objects and of the folders that hold them. */
import { basename } from 'node:path';
import type { Note } from './finding.ts';
import type { Inventory } from './objects/inventory.ts';
import type { Resource } from './objects/resource.ts';

const words =
  /(?:^|[-_./])(?:demo|playground|canary|poc|example|sandbox|scratch|tutorial|workshop|hands-on)(?=$|[-_./\d])/i;

/** Whether an object, its Cluster, or the folder that holds it is named as one that nobody depends on. */
export function isTrial(resource: Resource, inventory: Inventory): boolean {
  const folders = resource.base.source.file.split('/').slice(0, -1);
  const cluster = resource.kind === 'Cluster' ? '' : (resource.reference('spec', 'cluster', 'name') ?? '');
  const root = inventory.root === undefined ? '' : basename(inventory.root);
  return [root, ...folders, resource.namespace ?? '', resource.name, cluster].some((name) => words.test(name));
}

/** One note for the findings that were left out. */
export function trialNotes(left: readonly Resource[]): Note[] {
  const names = [...new Set(left.map(({ title }) => title))];
  const [first] = names;
  if (first === undefined) return [];
  const more = names.length > 1 ? ` and ${names.length - 1} more` : '';
  const count = left.length === 1 ? '1 finding' : `${left.length} findings`;
  return [
    {
      file: left[0]!.base.source.file,
      text: `${first}${more}: named as an example or a trial; ${count} about production not reported`,
    },
  ];
}
