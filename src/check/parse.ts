/** YAML text in, Kubernetes objects with their places out. */
import { isMap, type LineCounter, parseAllDocuments, type YAMLMap } from 'yaml';
import { UsageError } from '../errors.ts';
import { Manifest } from './manifest.ts';
import { items, textOf } from './nodes.ts';
import { lineCounterOf, positionAt, type Source } from './source.ts';

/**
 * Reads all documents of a file. Documents that are no Kubernetes objects (no `apiVersion` and `kind`) are left out;
 * a `List` gives its items.
 * @throws UsageError with file and line where the text is no YAML
 */
export function parseManifests(source: Source): Manifest[] {
  const lines = lineCounterOf(source.text);
  const documents = parseAllDocuments(source.text, { prettyErrors: false, merge: true, keepSourceTokens: true });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const error = document.errors[0];
    if (error) throw unparsable(source, lines, error.pos[0], error.message);
    const root = document.contents;
    return isMap(root) ? objectsIn(root, new Manifest(source, document, root as YAMLMap, lines), lines) : [];
  });
}

function objectsIn(root: YAMLMap, manifest: Manifest, lines: LineCounter): Manifest[] {
  const kind = textOf(root.get('kind', true));
  if (!kind || !manifest.apiVersion) return [];
  if (!kind.endsWith('List')) return [manifest];
  return items(root.get('items', true), manifest.document)
    .filter((item) => isMap(item))
    .map((item) => new Manifest(manifest.source, manifest.document, item as YAMLMap, lines))
    .filter((item) => item.kind && item.apiVersion);
}

function unparsable(source: Source, lines: LineCounter, offset: number, message: string): UsageError {
  const { line, column } = positionAt(lines, offset);
  const reason = message.split('\n')[0]?.replace(/[.:]?\s*$/, '');
  const template = source.text.includes('{{')
    ? ' It looks like a template: render it first (helm template … | pgdrill check -).'
    : '';
  return new UsageError(`${source.file}:${line}:${column}: expected YAML, but: ${reason}.${template}`);
}
