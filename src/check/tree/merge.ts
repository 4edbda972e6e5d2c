/**
 * Strategic merge of YAML trees, as kustomize does it. Nothing is copied: the result is built from the nodes of both
 * trees, so that each setting keeps its place in the text it comes from.
 */
import { isMap, isScalar, isSeq, type Node, Pair, type YAMLMap, YAMLMap as YAMLMapClass, YAMLSeq } from 'yaml';
import { keepOrigin, type Manifest, originOf } from '../text/manifest.ts';
import { type Entry, entries, entryIn, items, textOf } from '../text/nodes.ts';

/** A map and the manifest whose text it stands in. */
export interface Part {
  readonly map: YAMLMap;
  readonly manifest: Manifest;
}

const parts = new WeakMap<YAMLMap, readonly Part[]>();

/** The maps of the text that a map was put together from, the base first. */
export const partsOf = (map: YAMLMap, manifest: Manifest): readonly Part[] => parts.get(map) ?? [{ map, manifest }];

/** By which field kustomize matches the items of well-known lists; every other list is replaced as a whole. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
};

/** @param isCore whether lists have merge keys: kustomize knows those of Kubernetes' own kinds only */
export function mergeMaps(base: Part, patch: Part, isCore: boolean): YAMLMap {
  const directive = textOf(entryIn(patch.map, patch.manifest.document, '$patch')?.value);
  const result = emptyLike(directive === 'replace' ? [patch] : [base, patch]);
  const document = patch.manifest.document;
  if (directive !== 'replace')
    for (const entry of entries(base.map, base.manifest.document)) {
      const over = entryIn(patch.map, document, String(entry.key.value));
      const owner = originOf(entry.key) ?? base.manifest;
      if (!over) put(result, entry, owner);
      else mergeEntry(result, { entry, owner }, over, patch.manifest, isCore);
    }
  for (const entry of entries(patch.map, document)) {
    const name = String(entry.key.value);
    if (name === '$patch' || isNull(entry.value)) continue;
    if (directive === 'replace' || !entryIn(base.map, base.manifest.document, name))
      put(result, entry, originOf(entry.key) ?? patch.manifest);
  }
  return result;
}

function mergeEntry(
  result: YAMLMap,
  { entry, owner }: { entry: Entry; owner: Manifest },
  over: Entry,
  patchManifest: Manifest,
  isCore: boolean,
): void {
  if (isNull(over.value)) return;
  const name = String(entry.key.value);
  const patchOwner = originOf(over.key) ?? patchManifest;
  if (isMap(entry.value) && isMap(over.value)) {
    const deleted = textOf(entryIn(over.value, patchOwner.document, '$patch')?.value) === 'delete';
    if (deleted) return;
    const value = mergeMaps(
      { map: entry.value as YAMLMap, manifest: owner },
      { map: over.value as YAMLMap, manifest: patchOwner },
      isCore,
    );
    put(result, { key: entry.key, value }, owner);
    return;
  }
  const key = isCore ? mergeKeys[name] : undefined;
  if (key !== undefined && isSeq(entry.value) && isSeq(over.value)) {
    put(result, { key: entry.key, value: mergeLists(entry.value, owner, over.value, patchOwner, key) }, owner);
    return;
  }
  put(result, over, patchOwner);
}

function mergeLists(base: YAMLSeq, baseOwner: Manifest, patch: YAMLSeq, patchOwner: Manifest, key: string): YAMLSeq {
  const result = new YAMLSeq();
  const keyOf = (node: Node, owner: Manifest) => textOf(entryIn(node, owner.document, key)?.value);
  const over = items(patch, patchOwner.document);
  const used = new Set<Node>();
  for (const item of items(base, baseOwner.document)) {
    const owner = originOf(item) ?? baseOwner;
    const match = over.find((other) => keyOf(other, patchOwner) === keyOf(item, owner));
    if (match) used.add(match);
    const isPair = isMap(match) && isMap(item);
    const node = isPair
      ? mergeMaps({ map: item as YAMLMap, manifest: owner }, { map: match as YAMLMap, manifest: patchOwner }, true)
      : item;
    keepOrigin(node, owner);
    result.items.push(node);
  }
  for (const item of over.filter((node) => !used.has(node))) {
    keepOrigin(item, patchOwner);
    result.items.push(item);
  }
  return result;
}

/** A new map that knows where its entries come from. */
export function emptyLike(from: readonly Part[]): YAMLMap {
  const result = new YAMLMapClass();
  parts.set(
    result,
    from.flatMap(({ map, manifest }) => partsOf(map, manifest)),
  );
  return result;
}

/** Adds an entry that stands in a manifest's text. */
export function put(map: YAMLMap, { key, value }: Entry, owner: Manifest): void {
  keepOrigin(key, owner);
  map.items.push(new Pair(key, value));
}

const isNull = (node: Node | null): boolean => node === null || (isScalar(node) && node.value === null);
