/**
 * The functions of Helm's templates that depend on their arguments only. Source: Helm's function list (Sprig). Others,
 * such as random values and look-ups in the cluster, are not decidable.
 */
import { parse, stringify } from 'yaml';
import { type Data, type DataMap, isDataMap, isUnknown, merged, NotDecidable, type Value } from './value.ts';

type TemplateFunction = (...args: Data[]) => Data;

/** Go's truth: nil, false, 0, and what is empty are false. */
export function isTrue(data: Data): boolean {
  if (isUnknown(data)) throw new NotDecidable('a condition on a value that is not known');
  if (Array.isArray(data)) return data.length > 0;
  if (isDataMap(data)) return Object.keys(data).length > 0;
  return Boolean(data);
}

/** A scalar as a template writes it. */
export function written(data: Data): string {
  if (data === undefined || data === null) return '';
  if (typeof data === 'object') return JSON.stringify(data);
  return String(data);
}

const numberOf = (data: Data): number => Number(data ?? 0) || 0;
const listOf = (data: Data): Data[] => (Array.isArray(data) ? data : []);
const mapOf = (data: Data): DataMap => (isDataMap(data) ? data : {});
const indented = (spaces: Data, text: Data): string =>
  written(text)
    .split('\n')
    .map((line) => ' '.repeat(numberOf(spaces)) + line)
    .join('\n');
const yamlOf = (data: Data): string =>
  data === undefined ? 'null' : stringify(data, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();

/** Compares what is known; the answer about anything else is not decidable. */
function known(data: Data): Data {
  if (isUnknown(data)) throw new NotDecidable('a comparison with a value that is not known');
  return data ?? undefined;
}
const same = (a: Data, b: Data): boolean => JSON.stringify(known(a)) === JSON.stringify(known(b));
const order = (a: Data, b: Data): number => numberOf(known(a)) - numberOf(known(b));

/** Go's verbs for text, numbers and anything. */
function formatted(format: Data, ...args: Data[]): string {
  let nth = 0;
  return written(format).replace(/%(?:%|[-+ 0#]*\d*(?:\.\d+)?([sdvqtf]))/g, (verb, letter?: string) => {
    if (letter === undefined) return '%';
    const text = written(args[nth++]);
    return letter === 'q' ? JSON.stringify(text) : verb.startsWith('%.') ? Number(text).toFixed(Number(verb[2])) : text;
  });
}

const quoted = (mark: string, args: readonly Data[]): string =>
  args
    .filter((data) => data !== undefined)
    .map((data) => (mark === "'" ? `'${written(data)}'` : JSON.stringify(written(data))))
    .join(' ');

const trimEnds = (text: string, characters: string): string => {
  const set = new Set(characters);
  let [start, end] = [0, text.length];
  while (start < end && set.has(text[start]!)) start++;
  while (end > start && set.has(text[end - 1]!)) end--;
  return text.slice(start, end);
};

const texts: Record<string, TemplateFunction> = {
  quote: (...args) => quoted('"', args),
  squote: (...args) => quoted("'", args),
  toString: written,
  print: (...args) => args.map(written).join(''),
  printf: formatted,
  trim: (text) => written(text).trim(),
  trimAll: (characters, text) => trimEnds(written(text), written(characters)),
  trimSuffix: (end, text) =>
    written(text).endsWith(written(end)) ? written(text).slice(0, -written(end).length || undefined) : written(text),
  trimPrefix: (start, text) =>
    written(text).startsWith(written(start)) ? written(text).slice(written(start).length) : written(text),
  trunc: (length, text) =>
    numberOf(length) < 0 ? written(text).slice(numberOf(length)) : written(text).slice(0, numberOf(length)),
  lower: (text) => written(text).toLowerCase(),
  upper: (text) => written(text).toUpperCase(),
  title: (text) => written(text).replace(/\b\w/g, (letter) => letter.toUpperCase()),
  replace: (old, fresh, text) => written(text).replaceAll(written(old), written(fresh)),
  repeat: (times, text) => written(text).repeat(numberOf(times)),
  contains: (part, text) => written(known(text)).includes(written(known(part))),
  hasPrefix: (part, text) => written(known(text)).startsWith(written(known(part))),
  hasSuffix: (part, text) => written(known(text)).endsWith(written(known(part))),
  indent: indented,
  nindent: (spaces, text) => `\n${indented(spaces, text)}`,
  splitList: (separator, text) => written(text).split(written(separator)),
  join: (separator, list) => listOf(list).map(written).join(written(separator)),
  b64enc: (text) => (isUnknown(text) ? text : Buffer.from(written(text)).toString('base64')),
  toYaml: yamlOf,
  toJson: (data) => JSON.stringify(data ?? null),
  fromYaml: (text) => parse(written(known(text))) as Data,
};

const numbers: Record<string, TemplateFunction> = {
  int: (data) => (isUnknown(data) ? data : Math.trunc(numberOf(data))),
  int64: (data) => (isUnknown(data) ? data : Math.trunc(numberOf(data))),
  float64: (data) => (isUnknown(data) ? data : numberOf(data)),
  add: (...args) => args.map(known).reduce<number>((sum, data) => sum + numberOf(data), 0),
  add1: (data) => numberOf(known(data)) + 1,
  sub: (a, b) => order(a, b),
  mul: (...args) => args.map(known).reduce<number>((product, data) => product * numberOf(data), 1),
  div: (a, b) => Math.trunc(numberOf(known(a)) / numberOf(known(b))),
  mod: (a, b) => numberOf(known(a)) % numberOf(known(b)),
  max: (...args) => Math.max(...args.map(known).map(numberOf)),
  min: (...args) => Math.min(...args.map(known).map(numberOf)),
  until: (count) => Array.from({ length: numberOf(known(count)) }, (_, nth) => nth),
  len: (data) =>
    Array.isArray(data) ? data.length : isDataMap(data) ? Object.keys(data).length : written(known(data)).length,
};

const logic: Record<string, TemplateFunction> = {
  not: (data) => !isTrue(data),
  eq: (a, ...others) => others.some((other) => same(a, other)),
  ne: (a, b) => !same(a, b),
  lt: (a, b) => order(a, b) < 0,
  le: (a, b) => order(a, b) <= 0,
  gt: (a, b) => order(a, b) > 0,
  ge: (a, b) => order(a, b) >= 0,
  empty: (data) => !isTrue(data),
  default: (fallback, data) => (isUnknown(data) ? data : isTrue(data) ? data : fallback),
  coalesce: (...args) => args.find(isTrue),
  ternary: (yes, no, data) => (isTrue(data) ? yes : no),
  required: (_, data) => data,
  kindIs: (kind, data) => kindOf(known(data)) === kind,
  kindOf: (data) => kindOf(known(data)),
  typeIs: (kind, data) => kindOf(known(data)) === kind,
};

function kindOf(data: Data): string {
  if (data === undefined) return 'invalid';
  if (Array.isArray(data)) return 'slice';
  if (typeof data === 'object') return 'map';
  return typeof data === 'boolean' ? 'bool' : typeof data === 'number' ? 'float64' : 'string';
}

const collections: Record<string, TemplateFunction> = {
  list: (...args) => args,
  tuple: (...args) => args,
  dict: (...args) => {
    const map: DataMap = {};
    for (let nth = 0; nth < args.length; nth += 2) map[written(args[nth])] = args[nth + 1];
    return map;
  },
  get: (map, key) => mapOf(map)[written(key)] ?? '',
  dig: (...args) => {
    const [fallback, map] = args.slice(-2);
    let data: Data = map;
    for (const key of args.slice(0, -2)) data = isDataMap(data) ? data[written(key)] : undefined;
    return data ?? fallback;
  },
  hasKey: (map, key) => Object.hasOwn(mapOf(map), written(key)),
  keys: (...maps) => maps.flatMap((map) => Object.keys(mapOf(map))),
  values: (map) => Object.values(mapOf(map)),
  pick: (map, ...keys) => picked(map, (key) => keys.includes(key)),
  omit: (map, ...keys) => picked(map, (key) => !keys.includes(key)),
  merge: (...maps) => maps.reduceRight((base, over) => merged(base, over)),
  mergeOverwrite: (...maps) => maps.reduce((base, over) => merged(base, over)),
  deepCopy: (data) => data,
  first: (list) => listOf(list)[0],
  last: (list) => listOf(list).at(-1),
  has: (item, list) => listOf(list).some((other) => same(item, other)),
  append: (list, item) => [...listOf(list), item],
  concat: (...lists) => lists.flatMap(listOf),
  uniq: (list) => [...new Set(listOf(list))],
  sortAlpha: (list) => listOf(list).map(written).sort(),
  compact: (list) => listOf(list).filter(isTrue),
  index: (data, ...keys) =>
    keys.reduce<Data>((inner, key) => (Array.isArray(inner) ? inner[numberOf(key)] : mapOf(inner)[written(key)]), data),
  // `helm template` finds nothing in a cluster.
  lookup: () => ({}),
};

function picked(map: Data, wanted: (key: string) => boolean): DataMap {
  return Object.fromEntries(Object.entries(mapOf(map)).filter(([key]) => wanted(key)));
}

export const functions: Readonly<Record<string, TemplateFunction>> = { ...texts, ...numbers, ...logic, ...collections };

/** `set` and `unset`, which change the map that they are given. */
export function changedMap(name: string, [map, key, value]: readonly Value[]): Value {
  if (isDataMap(map?.data)) {
    if (name === 'set') map.data[written(key?.data)] = value?.data;
    else delete map.data[written(key?.data)];
  }
  return map ?? { data: undefined };
}
