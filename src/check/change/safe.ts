/** Whether a change leaves every file that it touches readable: an alias must not lose the anchor that it points at. */
import { documentsOf, errorOf } from '../text/parse.ts';
import type { Source } from '../text/source.ts';
import { applyEdits, type Edit } from './edit.ts';

const known = new WeakMap<Source, boolean>();

function canBreak(source: Source): boolean {
  let answer = known.get(source);
  if (answer === undefined)
    known.set(source, (answer = /(?:^|[\s:\-,[{])&\w/m.test(source.text) || source.file.endsWith('.json')));
  return answer;
}

/** @returns false where a file would no longer parse. Only files with anchors, or in JSON, can break in this way. */
export function staysReadable(edits: readonly Edit[]): boolean {
  return [...new Set(edits.map(({ source }) => source))].filter(canBreak).every((source) => {
    const text = applyEdits(
      source.text,
      edits.filter((edit) => edit.source === source),
    );
    return documentsOf(text).every((document) => errorOf(document) === undefined);
  });
}
