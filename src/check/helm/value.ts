/** Values in Helm templates, with the place in the text that each comes from. */
import { type Document, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { entries, items } from '../text/nodes.ts';
import type { Origin, Source } from '../text/source.ts';

/** What a template can hold: scalars, lists and maps, as JavaScript has them. `undefined` is Go's nil. */
export type Data = unknown;
export type DataMap = Record<string, Data>;

/** A value, and where it is written; `at` is missing for one that a template computes. */
export interface Value {
  readonly data: Data;
  readonly at?: Origin | undefined;
}

/** Where the entries of maps are written. */
const origins = new WeakMap<object, Map<string, Origin>>();

/** A YAML node as data that remembers its places. */
export function dataOf(node: Node | null, document: Document, source: Source): Data {
  if (isMap(node)) {
    const map: DataMap = {};
    for (const { key, value } of entries(node as YAMLMap, document)) {
      const name = String(key.value);
      // A key that a merge (`<<`) repeats is the later one, and gives way.
      if (Object.hasOwn(map, name)) continue;
      map[name] = dataOf(value, document, source);
      keepOrigin(map, name, { source, offset: key.range?.[0] ?? 0 });
    }
    return map;
  }
  if (isSeq(node)) return items(node, document).map((item) => dataOf(item, document, source));
  return isScalar(node) ? (node.value ?? undefined) : undefined;
}

function keepOrigin(map: object, name: string, at: Origin): void {
  let known = origins.get(map);
  if (!known) origins.set(map, (known = new Map()));
  known.set(name, at);
}

export const isDataMap = (data: Data): data is DataMap =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

/** A field of a map; nil for anything else. */
export function member({ data, at }: Value, name: string): Value {
  if (isUnknown(data)) return { data, at };
  if (!isDataMap(data) || !Object.hasOwn(data, name)) return { data: undefined };
  return { data: data[name], at: origins.get(data)?.get(name) ?? at };
}

/** The values of a chart with those of its user over them; null removes a key, as in Helm. */
export function merged(base: Data, over: Data): Data {
  if (!isDataMap(base) || !isDataMap(over)) return over === undefined ? base : over;
  const result: DataMap = {};
  const take = (from: DataMap, name: string, data: Data) => {
    result[name] = data;
    const at = origins.get(from)?.get(name);
    if (at) keepOrigin(result, name, at);
  };
  for (const name of Object.keys(base)) if (!Object.hasOwn(over, name)) take(base, name, base[name]);
  for (const [name, data] of Object.entries(over)) {
    if (data === undefined && Object.hasOwn(base, name)) continue;
    take(over, name, merged(base[name], data));
  }
  return result;
}

/** What a loop goes over; undefined where that is not known. */
export function itemsOf({ data, at }: Value): [Data, Value][] | undefined {
  if (isUnknown(data)) return undefined;
  if (Array.isArray(data)) return data.map((item, nth) => [nth, { data: item, at }]);
  if (typeof data === 'number') return Array.from({ length: data }, (_, nth) => [nth, { data: nth }]);
  if (!isDataMap(data)) return [];
  return Object.keys(data)
    .sort()
    .map((key) => [key, member({ data, at }, key)]);
}

/** A value that only the user of the chart, or the cluster, knows: rendered as a variable that nobody knows. */
export const unknownValue = (name: string): string => `\${${prefix}${name.replaceAll('.', '__').replace(/\W/g, '_')}}`;
const prefix = 'helm_';

/** Values of which each may be another: those of a chart where more values are elsewhere. */
export function blurred(data: Data, path = ''): Data {
  if (!isDataMap(data)) return unknownValue(path);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, blurred(value, `${path}.${key}`)]));
}

/** Sets a value by its path: `a.b.c`. */
export function withPath(data: Data, [step, ...rest]: readonly string[], value: Data): Data {
  if (step === undefined) return value;
  const inner = isDataMap(data) ? data[step] : undefined;
  return merged(isDataMap(data) ? data : {}, { [step]: withPath(inner, rest, value) });
}

export const isUnknown = (data: Data): boolean => typeof data === 'string' && data.includes(`\${${prefix}`);

/** The name of a variable that stands for an unknown value of a chart, as the template has it: `.Values.size`. */
export const valueName = (variable: string): string | undefined =>
  variable.startsWith(prefix) ? variable.slice(prefix.length).replaceAll('__', '.') : undefined;

/** Thrown where a template's output depends on something that is not known here. */
export class NotDecidable extends Error {}
