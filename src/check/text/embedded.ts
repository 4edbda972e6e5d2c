/** YAML inside YAML: patches and values in a block scalar, parsed so that places keep their offsets in the file. */
import { isMap, isScalar, Scalar, YAMLMap } from 'yaml';
import { Manifest, type Place } from './manifest.ts';
import { documentsOf, errorOf } from './parse.ts';
import type { Source } from './source.ts';

/**
 * Parses the text of a scalar. Everything around a block is blanked, so that its lines stay where they are in the file.
 * @returns the roots of its documents: maps, or lists as one place with the list as its node; none where it is not YAML
 */
export function embeddedIn(place: Place): Place[] {
  const { node, manifest } = place;
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return [];
  const isBlock = node.type === Scalar.BLOCK_LITERAL;
  // The places of folded and quoted texts are lost; they are read as texts of their own.
  const text = isBlock ? blanked(manifest.source.text, node.range[0], node.range[1]) : node.value;
  const source: Source = isBlock ? manifest.source : textWithin(manifest.source, node.range[0], node.value);
  return documentsOf(text).flatMap((document) => {
    if (errorOf(document) || document.contents === null) return [];
    const root = isMap(document.contents) ? (document.contents as YAMLMap) : new YAMLMap();
    const owner = new Manifest(source, document, root);
    return [owner.place(document.contents, undefined)];
  });
}

/** A text whose lines are not those of its file: all of it has the place of the scalar that holds it. */
function textWithin(outer: Source, offset: number, text: string): Source {
  const origin = { source: outer, offset };
  return {
    file: outer.file,
    text,
    from: { template: outer, originOf: () => origin, isComputed: () => false, valueIn: () => undefined },
  };
}

function blanked(text: string, start: number, end: number): string {
  const header = text.indexOf('\n', start) + 1;
  if (header === 0 || header > end) return '';
  return text.slice(0, header).replace(/[^\n]/g, ' ') + text.slice(header, end);
}
