/** Setting fields of an object whose tree may come from several files: each change goes where its neighbours stand. */
import { isMap, isScalar, type Scalar, type YAMLMap } from 'yaml';
import type { Manifest, Place } from '../text/manifest.ts';
import { type Variables, withDefault } from '../text/variables.ts';
import { writtenName } from '../tree/json-patch.ts';
import { partsOf } from '../tree/merge.ts';
import { columnOf, type Edit, endOf, indented, lineEnd, replaceEntry, replaceScalar } from './edit.ts';

export type Setting = readonly [path: readonly string[], value: unknown];

/** A map of the text, or a key with nothing behind it, that new entries go into. */
interface Target {
  readonly manifest: Manifest;
  readonly map: YAMLMap | undefined;
  readonly place: Place | undefined;
  readonly value: Record<string, unknown>;
}

/**
 * @returns the edits that give all settings their values: over those that exist, or as new entries in the deepest map
 * of the path that exists. Empty where a value is a variable that the change would overwrite.
 */
export function setAll(manifest: Manifest, settings: readonly Setting[], variables: Variables = {}): Edit[] {
  const edits: Edit[] = [];
  const targets: Target[] = [];
  for (const [path, value] of settings) {
    const existing = manifest.at(...path);
    if (existing) {
      const edit = over(existing, path.at(-1)!, value, variables);
      if (!edit) return [];
      edits.push(edit);
    } else {
      const revived = overNull(manifest, path, value);
      if (revived) edits.push(revived);
      else add(targets, manifest, path, value);
    }
  }
  // Where a map and the last map within it end on one line, the lines of the inner one come first.
  const added = targets.map(insertion).sort((a, b) => indentOf(b.text) - indentOf(a.text));
  return [...edits, ...added];
}

function over(place: Place, name: string, value: unknown, variables: Variables): Edit | undefined {
  const raw = isScalar(place.node) && typeof place.node.value === 'string' ? place.node.value : '';
  if (raw.includes('${')) {
    // Where the value of the variable is set, the default does not count.
    const isSet = Object.keys(variables).some((known) => raw.includes(`\${${known}`));
    const changed = typeof value === 'object' || isSet ? undefined : withDefault(raw, String(value));
    return changed === undefined ? undefined : replaceScalar(place, changed);
  }
  if (typeof value === 'object')
    return place.key ? replaceEntry(place, writtenName(place.key, name), value) : undefined;
  return replaceScalar(place, String(value));
}

const indentOf = (text: string): number => /^\n?( *)/.exec(text)![1]!.length;

/** A patch may take a setting away with `null`: the change then goes over the null. */
function overNull(manifest: Manifest, path: readonly string[], value: unknown): Edit | undefined {
  for (let depth = path.length - 1; depth > 0; depth--) {
    const place = manifest.at(...path.slice(0, depth));
    if (!isMap(place?.node)) continue;
    const name = path[depth]!;
    const part = partsOf(place.node as YAMLMap, place.manifest).findLast(({ map }) => map.has(name));
    const entry = part?.manifest.within(part.map, name);
    return entry && replaceEntry(entry, name, graft({}, path.slice(depth), value)[name]);
  }
  return undefined;
}

function add(targets: Target[], manifest: Manifest, path: readonly string[], value: unknown): void {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const place = depth === 0 ? manifest.place(manifest.root, undefined) : manifest.at(...path.slice(0, depth));
    if (!place) continue;
    const part = isMap(place.node) ? partsOf(place.node as YAMLMap, place.manifest)[0]! : undefined;
    const rest = path.slice(depth);
    const same = targets.find((target) => (part ? target.map === part.map : target.place?.key === place.key));
    if (same) graft(same.value, rest, value);
    else
      targets.push({
        manifest: part?.manifest ?? place.manifest,
        map: part?.map,
        place,
        value: graft({}, rest, value),
      });
    return;
  }
}

/** Sets a value in a plain object, with the objects on the way that are missing. */
function graft(object: Record<string, unknown>, path: readonly string[], value: unknown): Record<string, unknown> {
  const [step, ...rest] = path;
  object[step!] = rest.length === 0 ? value : graft((object[step!] ?? {}) as Record<string, unknown>, rest, value);
  return object;
}

function insertion({ manifest, map, place, value }: Target): Edit {
  if (!map) return insertUnder(place!, value);
  const last = map.items.at(-1);
  if (map.flow || !last) return insertIntoFlow(manifest, map, value);
  const { text } = manifest.source;
  const first = (map.items[0]!.key as Scalar).range?.[0] ?? 0;
  const lastEnd = (last.value as Scalar | null)?.range?.[1] ?? (last.key as Scalar).range?.[1] ?? 0;
  const column = columnOf(text, first);
  return atLineEnd(manifest, behindComments(text, lineEnd(text, lastEnd), column), indented(value, column));
}

/** Comments that are indented deeper than the new lines belong to what is above them. */
function behindComments(text: string, start: number, column: number): number {
  const comments = new RegExp(`(?: {${column + 1},}#.*(?:\\n|$))*`, 'y');
  comments.lastIndex = start;
  return start + (comments.exec(text)?.[0].length ?? 0);
}

function insertIntoFlow(manifest: Manifest, map: YAMLMap, value: Record<string, unknown>): Edit {
  const { text } = manifest.source;
  const start = map.range?.[0] ?? 0;
  const last = map.items.at(-1);
  const json = JSON.stringify(value).slice(1, -1);
  if (!last) return at(manifest, start + 1, json);
  const asJson = text[(last.key as Scalar).range?.[0] ?? 0] === '"';
  const lastEnd = (last.value as Scalar | null)?.range?.[1] ?? start + 1;
  const between = /\n(\s*)$/.exec(text.slice(0, (last.key as Scalar).range?.[0] ?? 0));
  const separator = between ? `,\n${between[1]}` : ', ';
  return at(manifest, lastEnd, `${separator}${asJson ? json : json.replace(/"(\w+)":/g, '$1: ')}`);
}

function insertUnder(place: Place, value: Record<string, unknown>): Edit {
  const { text } = place.manifest.source;
  const start = place.key?.range?.[0] ?? place.offset;
  // `key: null` and `key: ~` give way; a comment behind an empty key stays.
  const written = place.node?.range && place.node.range[1] > place.node.range[0];
  const lines = indented(value, columnOf(text, start) + 2);
  if (written)
    return {
      source: place.manifest.source,
      start: place.node!.range![0],
      end: endOf(place),
      text: `\n${lines.trimEnd()}`,
    };
  return atLineEnd(place.manifest, place.key?.range?.[1] ?? place.offset, lines);
}

function atLineEnd(manifest: Manifest, offset: number, lines: string): Edit {
  const end = lineEnd(manifest.source.text, offset);
  const newline = end > 0 && manifest.source.text[end - 1] !== '\n' ? '\n' : '';
  return at(manifest, end, newline + lines);
}

const at = (manifest: Manifest, offset: number, text: string): Edit => ({
  source: manifest.source,
  start: offset,
  end: offset,
  text,
});
