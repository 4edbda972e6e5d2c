/** Looking things up in YAML nodes, through aliases and merge keys, without losing their place in the text. */
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Scalar,
  type YAMLMap,
} from 'yaml';

/** A key of a map, with its value; `value` is null for a key with nothing behind it. */
export interface Entry {
  readonly key: Scalar;
  readonly value: Node | null;
}

/** Follows an alias to what it stands for. */
function resolve(node: unknown, document: Document): Node | null {
  if (isAlias(node)) return resolve(node.resolve(document), document);
  return (node ?? null) as Node | null;
}

/** The entries of a map, those of merged maps (`<<`) last. */
export function entries(map: YAMLMap, document: Document): Entry[] {
  const own = map.items.map((pair) => entryOf(pair, document)).filter((entry) => !isMergeKey(entry.key));
  return [...own, ...merged(map, document).flatMap((other) => entries(other, document))];
}

/** The parser turns `<<` into a symbol. */
const isMergeKey = (key: unknown): boolean => isScalar(key) && typeof key.value === 'symbol';

function merged(map: YAMLMap, document: Document): YAMLMap[] {
  const pair = map.items.find((item) => isPair(item) && isMergeKey(item.key));
  const value = resolve(pair?.value, document);
  const maps = isSeq(value) ? value.items.map((item) => resolve(item, document)) : [value];
  return maps.filter((node) => isMap(node));
}

function entryOf(pair: Pair, document: Document): Entry {
  const key = isScalar(pair.key) ? pair.key : new Scalar(String(pair.key));
  return { key, value: resolve(pair.value, document) };
}

/** Maps up to this size are gone through; an index of each would cost more than it saves. */
const smallMap = 16;
/** The entries of other maps by their keys: rules look the same few maps up again and again. */
const indexes = new WeakMap<YAMLMap, { readonly size: number; readonly byKey: ReadonlyMap<string, Entry> }>();

/** @returns the entry of a map with this key; undefined for anything else */
export function entryIn(map: unknown, document: Document, key: string): Entry | undefined {
  if (!isMap(map)) return undefined;
  if (map.items.length > smallMap) return indexOf(map as YAMLMap, document).get(key);
  for (const pair of map.items) {
    const own = pair.key as Scalar;
    // Merge keys, and keys that are not text, take more than a look.
    if (typeof own?.value !== 'string') return indexOf(map as YAMLMap, document).get(key);
    if (own.value === key) return { key: own, value: resolve(pair.value, document) };
  }
  return undefined;
}

function indexOf(map: YAMLMap, document: Document): ReadonlyMap<string, Entry> {
  let index = indexes.get(map);
  // A map that is still being put together has grown since.
  if (index?.size !== map.items.length) {
    index = { size: map.items.length, byKey: byKey(map, document) };
    indexes.set(map, index);
  }
  return index!.byKey;
}

/** Of several entries with one key the first counts: that of the map itself before a merged one. */
function byKey(map: YAMLMap, document: Document): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const entry of entries(map, document)) {
    const name = String(entry.key.value);
    if (!found.has(name)) found.set(name, entry);
  }
  return found;
}

/** The items of a sequence, aliases followed; none for anything else. */
export function items(node: unknown, document: Document): Node[] {
  if (!isSeq(node)) return [];
  return node.items.map((item) => resolve(item, document)).filter((item) => item !== null);
}

/** @returns a scalar as text, as the API server would take it; undefined for null, maps and sequences */
export function textOf(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null || node.value === undefined) return undefined;
  return String(node.value);
}

/** @returns a scalar that reads as a number (quoted or not); undefined otherwise */
export function numberOf(node: unknown): number | undefined {
  const text = textOf(node)?.trim();
  const value = text ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
