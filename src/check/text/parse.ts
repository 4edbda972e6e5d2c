/** YAML or JSON text in, Kubernetes objects with their places out. */
import { type Document, isAlias, isMap, isSeq, parseAllDocuments, Schema, visit, YAMLMap } from 'yaml';
import { Manifest, type Place } from './manifest.ts';
import { items, textOf } from './nodes.ts';
import { placeIn, type Source } from './source.ts';

/** A file that was left out, and why. */
export interface Unread {
  readonly source: Source;
  /** `template`: to be rendered first; `broken`: not YAML. */
  readonly reason: 'template' | 'broken';
  /** `a.yaml:3:7: expected YAML, but …` */
  readonly message: string;
  /** What a template needs that is not known. */
  readonly why?: string;
}

export interface Parsed {
  readonly manifests: readonly Manifest[];
  readonly unread?: Unread;
}

/**
 * Reads all documents of a file. Documents that are not Kubernetes objects (no `apiVersion` and `kind`) are left out;
 * a `List`, and a JSON array, give their items. A file with an error gives no object at all.
 */
export function parseFile(source: Source): Parsed {
  const documents = documentsOf(source.text);
  const hasAliases = /(?:^|[\s:\-,[{])\*[\w.-]/m.test(source.text);
  for (const document of documents) {
    const error = hasAliases ? errorOf(document) : syntaxErrorOf(document);
    if (error) return { manifests: [], unread: unparsable(source, error.offset, error.message) };
  }
  const manifests = documents.flatMap((document) => objectsIn(document, source));
  const template = manifests.find(hasTemplatedFields);
  return template ? { manifests: [], unread: templateIn(source) } : { manifests };
}

/** The roots of all documents of a text, maps and lists, for patches. */
export function rootsOf(source: Source): Place[] {
  return documentsOf(source.text).flatMap((document) => {
    const root = document.contents;
    if (errorOf(document) || (!isMap(root) && !isSeq(root))) return [];
    const owner = new Manifest(source, document, (isMap(root) ? root : new YAMLMap()) as YAMLMap);
    return [owner.place(root, undefined)];
  });
}

/** The objects of a text that is known to be right, as in tests. */
export const parseManifests = (source: Source): Manifest[] => [...parseFile(source).manifests];

/** One for all documents: each would make its own otherwise. */
const schema = new Schema({ schema: 'core', merge: true });

/** @returns the documents of a text, errors included */
export function documentsOf(text: string): Document[] {
  const documents = parseAllDocuments(text, { prettyErrors: false, schema });
  return Array.isArray(documents) ? documents : [];
}

/** The first error of a document: of its syntax, or an alias without an anchor. */
export function errorOf(document: Document): { offset: number; message: string } | undefined {
  const error = syntaxErrorOf(document);
  if (error) return error;
  let missing: { offset: number; message: string } | undefined;
  const anchors = new Set<string>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        if (anchors.has(node.source)) return undefined;
        missing = { offset: node.range?.[0] ?? 0, message: `alias *${node.source} has no anchor` };
        return visit.BREAK;
      }
      const anchor = (node as { anchor?: string }).anchor;
      if (anchor !== undefined) anchors.add(anchor);
      return undefined;
    },
  });
  return missing;
}

function syntaxErrorOf({ errors: [error] }: Document): { offset: number; message: string } | undefined {
  return error && { offset: error.pos[0], message: error.message };
}

function objectsIn(document: Document, source: Source): Manifest[] {
  const root = document.contents;
  const roots = isSeq(root) ? items(root, document).filter(isMap) : isMap(root) ? [root] : [];
  return roots.flatMap((map) => objectsAt(map as YAMLMap, document, source));
}

function objectsAt(root: YAMLMap, document: Document, source: Source): Manifest[] {
  const kind = textOf(root.get('kind', true));
  // A kustomization may leave out kind and apiVersion: kustomize knows it by the name of its file.
  if (/(?:^|\/)kustomization(?:\.ya?ml)?$/i.test(source.file)) return [new Manifest(source, document, root)];
  if (!kind || textOf(root.get('apiVersion', true)) === undefined) return [];
  if (!kind.endsWith('List') || !isSeq(root.get('items', true))) return [new Manifest(source, document, root)];
  return items(root.get('items', true), document)
    .filter((item) => isMap(item))
    .map((item) => new Manifest(source, document, item as YAMLMap))
    .filter((item) => item.kind && item.apiVersion);
}

/** Fields of the object's head or specification that a template fills: `{{ … }}` without quotes parses as a map. */
function hasTemplatedFields({ source, root, name, namespace, apiVersion }: Manifest): boolean {
  if (!source.text.includes('{{')) return false;
  if (/\{\{/.test(`${name}${namespace ?? ''}${apiVersion}`)) return true;
  let found = false;
  visit(root, {
    Map(_, map) {
      const start = map.range?.[0];
      if (!map.flow || start === undefined || !source.text.startsWith('{{', start)) return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

const looksLikeTemplate = (text: string): boolean => /\{\{|\{%/.test(text);

function unparsable(source: Source, offset: number, message: string): Unread {
  if (looksLikeTemplate(source.text)) return templateIn(source);
  const reason = message.split('\n')[0]?.replace(/[.:]?\s*$/, '');
  return { source, reason: 'broken', message: `${placeIn(source, offset)}: expected YAML, but: ${reason}.` };
}

const templateIn = (source: Source): Unread => ({
  source,
  reason: 'template',
  message: `${source.file}: a template, not rendered; check what it renders to: helm template … | pgdrill check -`,
});
