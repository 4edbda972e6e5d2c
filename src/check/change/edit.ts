/** Changes to the text of a manifest that leave the rest of it as it is: comments, quotes, order and indentation. */
import { isScalar, Scalar, stringify } from 'yaml';
import type { Manifest, Place } from '../text/manifest.ts';
import type { Source } from '../text/source.ts';

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

/** As `replaceValue`; also where nothing, or `null`, stands behind the key. */
export function replaceScalar(place: Place, text: string): Edit {
  if (isScalar(place.node) && place.node.value !== null) return replaceValue(place, text);
  const start = place.key?.range?.[1] ?? place.offset;
  return { source: place.manifest.source, start, end: Math.max(start + 1, endOf(place)), text: `: ${text}` };
}

/** Renames a key. */
export function renameKey(place: Place, name: string): Edit {
  if (!place.key?.range) throw new TypeError('only a key of the text can be renamed');
  const [start, end] = place.key.range;
  const quote = place.manifest.source.text[start] === '"' ? '"' : '';
  return { source: place.manifest.source, start, end, text: `${quote}${name}${quote}` };
}

/** Replaces an entry, key and all; the comments within it go above the new one. */
export function replaceEntry(place: Place, name: string, value: unknown): Edit {
  const { source } = place.manifest;
  const start = place.offset;
  const replaced = source.text.slice(start, endOf(place)).trimEnd();
  const end = start + replaced.length;
  if (isInFlow(place)) return { source, start, end, text: JSON.stringify({ [name]: value }).slice(1, -1) };
  const column = columnOf(source.text, start);
  const comments = commentsIn(replaced).map((comment) => `${comment}\n${' '.repeat(column)}`);
  return { source, start, end, text: comments.join('') + indented({ [name]: value }, column).trim() };
}

/** A comment at the end of a line of YAML; a `#` in quotes, or within a word, begins none. */
const comment = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|(?<!\s)#|[^"'#])*?(?<=^|\s)(#.*)$/;
const commentsIn = (text: string): string[] => text.split(/\r?\n/).flatMap((line) => comment.exec(line)?.[1] ?? []);

/** Takes out an entry of a map, or an item of a list in block style, with its lines. */
export function removeEntry(place: Place): Edit {
  const { source } = place.manifest;
  const { text } = source;
  if (isInFlow(place)) {
    const end = endOf(place);
    const behind = /^\s*,\s*/.exec(text.slice(end))?.[0].length;
    const before = /,\s*$/.exec(text.slice(0, place.offset))?.[0].length ?? 0;
    if (behind !== undefined) return { source, start: place.offset, end: end + behind, text: '' };
    return { source, start: place.offset - before, end, text: '' };
  }
  const start = text.lastIndexOf('\n', place.offset - 1) + 1;
  return { source, start, end: lineEnd(text, endOf(place)), text: '' };
}

/** Adds an entry behind another one of the same map. */
export function insertBeside(place: Place, name: string, value: unknown): Edit {
  const { source } = place.manifest;
  const end = endOf(place);
  if (isInFlow(place) || isInFlowMap(place)) {
    const key = source.text[place.offset] === '"' ? JSON.stringify(name) : name;
    return { source, start: end, end, text: `, ${key}: ${JSON.stringify(value)}` };
  }
  const at = lineEnd(source.text, end);
  const newline = at > 0 && source.text[at - 1] !== '\n' ? '\n' : '';
  return {
    source,
    start: at,
    end: at,
    text: newline + indented({ [name]: value }, columnOf(source.text, place.offset)),
  };
}

/** A map that begins on the line before: `{` and its entries on lines of their own. */
const isInFlowMap = ({ manifest, offset }: Place): boolean =>
  /[{,]\s*$/.test(manifest.source.text.slice(Math.max(0, offset - 200), offset));

/** Whether a place is inside `{ … }` or `[ … ]`: something other than a dash stands before it on its line. */
function isInFlow(place: Place): boolean {
  const { text } = place.manifest.source;
  const before = text.slice(text.lastIndexOf('\n', place.offset - 1) + 1, place.offset);
  return !/^[\s-]*$/.test(before) || place.manifest.source.file.endsWith('.json');
}

/** Adds a document at the end of the file; nothing where the file cannot take one. */
export function appendDocument(manifest: Manifest, object: object): Edit[] {
  const { source } = manifest;
  const { text } = source;
  if (
    source.file.endsWith('.json') ||
    text.trimStart().startsWith('{') ||
    /^\s*(?:items:|\[)/m.test(firstLines(manifest))
  )
    return [];
  const newline = text === '' || text.endsWith('\n') ? '' : '\n';
  const body = stringify(object, { lineWidth: 0 });
  return [{ source, start: text.length, end: text.length, text: `${newline}---\n${body}` }];
}

/** A list of objects: a document behind it is legal, but kustomize and reviewers do not expect it. */
const firstLines = ({ source: { text } }: Manifest): string => (/^kind:\s*\w*List\s*$/m.test(text) ? text : '');

/** A value as lines of YAML at an indentation. */
export const indented = (value: object, indent: number): string =>
  (simpleLines(value) ?? stringify(value, { defaultStringType: Scalar.PLAIN, lineWidth: 0 })).replace(
    /^(?=.)/gm,
    ' '.repeat(indent),
  );

/** Words that YAML 1.1 or 1.2 reads as something other than text. */
const notText = /^(?:true|false|yes|no|on|off|null|y|n|nan|inf)$/i;
const plainText = /^[A-Za-z][\w./-]*$/;

/**
 * What the library writes for maps and lists of short words and numbers, which rules add to thousands of objects; undefined
 * where a value takes more care.
 */
function simpleLines(value: unknown, depth = 0): string | undefined {
  const pad = ' '.repeat(depth);
  const lines: string[] = [];
  for (const [key, item] of Object.entries(value as object)) {
    const isItem = Array.isArray(value);
    if (!isItem && (!plainText.test(key) || notText.test(key))) return undefined;
    const head = isItem ? `${pad}- ` : `${pad}${key}:`;
    if (typeof item === 'object' && item !== null && Object.keys(item).length > 0) {
      const below = simpleLines(item, depth + 2);
      if (below === undefined || (isItem && Array.isArray(item))) return undefined;
      lines.push(isItem ? `${head}${below.slice(depth + 2)}` : `${head}\n${below}`);
    } else {
      const isPlain =
        typeof item === 'boolean' ||
        Number.isSafeInteger(item) ||
        (typeof item === 'string' && plainText.test(item) && !notText.test(item));
      const text = isPlain ? String(item) : Array.isArray(item) && item.length === 0 ? '[]' : undefined;
      if (text === undefined) return undefined;
      lines.push(isItem ? `${head}${text}\n` : `${head} ${text}\n`);
    }
  }
  return lines.join('');
}

/** The column (from 0) of an offset. */
export const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);

/** The offset behind the newline of the line in which `offset` lies; `offset` itself where a line begins there. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline + 1;
}

/** Where a place's text ends. */
export const endOf = (place: Place): number => place.node?.range?.[1] ?? place.key?.range?.[1] ?? place.offset;

/** The same edits with the line ends that their files have. */
export function withLineEnds(edits: readonly Edit[]): Edit[] {
  return edits.map((edit) =>
    edit.source.text.includes('\r\n') ? { ...edit, text: edit.text.replace(/\r?\n/g, '\r\n') } : edit,
  );
}
