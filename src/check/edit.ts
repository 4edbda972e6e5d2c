/** Changes to the text of a manifest that leave the rest of it as it is: comments, quotes, order and indentation. */
import { isMap, isScalar, Scalar, stringify, type YAMLMap } from 'yaml';
import type { Manifest, Place } from './manifest.ts';
import type { Source } from './source.ts';

/** Replaces the text between two offsets. */
export interface Edit {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** @returns the text with the edits made; they must not overlap, and those at one place are made in their order */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .reverse()
    .sort((a, b) => b.start - a.start)
    .reduce((changed, edit) => changed.slice(0, edit.start) + edit.text + changed.slice(edit.end), text);
}

/** Replaces `length` characters at the place's offset. */
export function replaceAt(place: Place, length: number, text: string): Edit {
  return { source: place.manifest.source, start: place.offset, end: place.offset + length, text };
}

/** Replaces a scalar, keeping the quotes it has. */
export function replaceValue(place: Place, text: string): Edit {
  const { node } = place;
  if (!isScalar(node) || !node.range) throw new TypeError('only a scalar of the text can be replaced');
  const [start, end] = node.range;
  const quote = node.type === Scalar.QUOTE_DOUBLE ? '"' : node.type === Scalar.QUOTE_SINGLE ? "'" : '';
  return { source: place.manifest.source, start, end, text: `${quote}${text}${quote}` };
}

/** Renames a key. */
export function renameKey(place: Place, name: string): Edit {
  if (!place.key?.range) throw new TypeError('only a key of the text can be renamed');
  const [start, end] = place.key.range;
  const quote = place.manifest.source.text[start] === '"' ? '"' : '';
  return { source: place.manifest.source, start, end, text: `${quote}${name}${quote}` };
}

/** Replaces an entry, key and all. */
export function replaceEntry(place: Place, name: string, value: unknown): Edit {
  const { source } = place.manifest;
  const start = place.offset;
  const end = start + source.text.slice(start, endOf(place)).trimEnd().length;
  const indent = start - (source.text.lastIndexOf('\n', start - 1) + 1);
  return { source, start, end, text: indented({ [name]: value }, indent).trim() };
}

/** Takes out the whole lines of a list's item or of an entry. */
export function removeLines(place: Place): Edit {
  const { text } = place.manifest.source;
  const start = text.lastIndexOf('\n', place.offset - 1) + 1;
  return { source: place.manifest.source, start, end: lineEnd(text, endOf(place)), text: '' };
}

/** Sets a value: over the one that is there, or as a new entry in the deepest map of the path that exists. */
export function setIn(manifest: Manifest, path: readonly string[], value: unknown): Edit {
  const existing = manifest.at(...path);
  if (existing && typeof value !== 'object') return replaceScalar(existing, String(value));
  for (let depth = path.length - 1; depth > 0; depth--) {
    const place = manifest.at(...path.slice(0, depth));
    if (isMap(place?.node)) return insertInto(manifest, place.node, nested(path.slice(depth), value));
    if (place) return insertUnder(place, nested(path.slice(depth), value));
  }
  return insertInto(manifest, manifest.root, nested(path, value));
}

/** As `replaceValue`; also where nothing, or `null`, stands behind the key. */
function replaceScalar(place: Place, text: string): Edit {
  if (isScalar(place.node) && place.node.value !== null) return replaceValue(place, text);
  const start = place.key?.range?.[1] ?? place.offset;
  return { source: place.manifest.source, start, end: Math.max(start + 1, endOf(place)), text: `: ${text}` };
}

/** Adds a document at the end of the file. */
export function appendDocument(manifest: Manifest, object: object): Edit {
  const { text } = manifest.source;
  const newline = text === '' || text.endsWith('\n') ? '' : '\n';
  return at(manifest, text.length, `${newline}---\n${stringify(object)}`);
}

const nested = (path: readonly string[], value: unknown): Record<string, unknown> =>
  path.toReversed().reduce((inner, key) => ({ [key]: inner }), value as Record<string, unknown>) as Record<
    string,
    unknown
  >;

function insertInto(manifest: Manifest, map: YAMLMap, value: Record<string, unknown>): Edit {
  const { text } = manifest.source;
  const last = map.items.at(-1);
  if (map.flow || !last) return insertIntoFlow(manifest, map, value);
  const first = map.items[0]?.key as Scalar;
  const indent = (first.range?.[0] ?? 0) - (text.lastIndexOf('\n', (first.range?.[0] ?? 0) - 1) + 1);
  const key = last.key as Scalar;
  const lastEnd = (last.value as Scalar | null)?.range?.[1] ?? key.range?.[1] ?? 0;
  return atLineEnd(manifest, lastEnd, indented(value, indent));
}

function insertIntoFlow(manifest: Manifest, map: YAMLMap, value: Record<string, unknown>): Edit {
  const { text } = manifest.source;
  const start = map.range?.[0] ?? 0;
  const last = map.items.at(-1);
  const json = JSON.stringify(value).slice(1, -1);
  if (!last) return at(manifest, start + 1, json);
  const asJson = text[(last.key as Scalar).range?.[0] ?? 0] === '"';
  const lastEnd = (last.value as Scalar | null)?.range?.[1] ?? start + 1;
  return at(manifest, lastEnd, `, ${asJson ? json : json.replace(/"(\w+)":/g, '$1: ')}`);
}

function insertUnder(place: Place, value: Record<string, unknown>): Edit {
  const { text } = place.manifest.source;
  const keyStart = place.key?.range?.[0] ?? place.offset;
  const indent = keyStart - (text.lastIndexOf('\n', keyStart - 1) + 1);
  return atLineEnd(place.manifest, place.key?.range?.[1] ?? place.offset, indented(value, indent + 2));
}

const indented = (value: object, indent: number): string =>
  stringify(value, { defaultStringType: Scalar.PLAIN }).replace(/^(?=.)/gm, ' '.repeat(indent));

function atLineEnd(manifest: Manifest, offset: number, lines: string): Edit {
  const end = lineEnd(manifest.source.text, offset);
  const newline = end > 0 && manifest.source.text[end - 1] !== '\n' ? '\n' : '';
  return at(manifest, end, newline + lines);
}

/** The offset behind the newline of the line in which `offset` lies; `offset` itself where a line begins there. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline + 1;
}

const endOf = (place: Place): number => place.node?.range?.[1] ?? place.key?.range?.[1] ?? place.offset;

const at = (manifest: Manifest, offset: number, text: string): Edit => ({
  source: manifest.source,
  start: offset,
  end: offset,
  text,
});
