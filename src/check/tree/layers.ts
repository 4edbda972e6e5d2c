/** Plain files: manifests of one object that stand apart, of which all but one are patches. */
import type { Manifest } from '../text/manifest.ts';
import { type Rendered, renderedFrom } from './build.ts';
import { mergeMaps } from './merge.ts';

/** Fields without which the API server refuses a new object: a manifest without all of them is a patch. */
const required: Readonly<Record<string, readonly string[]>> = {
  Cluster: ['instances', 'storage'],
  Pooler: ['cluster', 'pgbouncer'],
  ScheduledBackup: ['schedule', 'cluster'],
};

/** Whether a manifest has all that its kind cannot do without. */
export const isWhole = (manifest: Manifest): boolean =>
  (required[manifest.kind] ?? []).every((field) => manifest.at('spec', field));

/**
 * Puts manifests of one object together. One that lacks required fields is a patch of the first whole one with its name;
 * where none is whole, the first with its name is the object.
 */
export function layered(objects: readonly Rendered[], mayPatch: (file: string) => boolean = () => true): Rendered[] {
  const byName = new Map<string, Rendered[]>();
  const result: Rendered[] = [];
  for (const object of objects.filter(({ base }) => isWhole(base))) {
    result.push(object);
    if (object.base.kind in required) listed(byName, object).push(object);
  }
  const patches = new Map<Rendered, Manifest[]>();
  for (const object of objects.filter(({ base }) => !isWhole(base))) {
    const isPatch = mayPatch(object.base.source.file);
    const same = isPatch && listed(byName, object).find((other) => sameNamespaceAs(other, object));
    if (same) patches.set(same, [...(patches.get(same) ?? []), object.base]);
    else {
      result.push(object);
      listed(byName, object).push(object);
    }
  }
  return result.map((object) => (patches.get(object) ?? []).reduce(over, object));
}

function over(object: Rendered, patch: Manifest): Rendered {
  const root = mergeMaps(
    { map: object.manifest.root, manifest: object.manifest },
    { map: patch.root, manifest: patch },
    false,
  );
  return {
    ...renderedFrom(object.manifest.withRoot(root)),
    base: object.base,
    namespace: object.namespace ?? patch.namespace,
  };
}

function listed(byName: Map<string, Rendered[]>, { base, name }: Rendered): Rendered[] {
  const key = `${base.apiVersion} ${base.kind} ${name}`;
  const list = byName.get(key) ?? [];
  byName.set(key, list);
  return list;
}

const sameNamespaceAs = (a: Rendered, b: Rendered): boolean =>
  a.namespace === undefined || b.namespace === undefined || a.namespace === b.namespace;
