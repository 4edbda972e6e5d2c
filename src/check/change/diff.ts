/**
 * Edits as a unified diff that `git apply` and `patch -p1` take: from the folder where pgdrill runs, and for a file outside
 * of it from the root of the file's repository.
 */
import { relative, resolve } from 'node:path';
import { formatPatch, structuredPatch } from 'diff';
import { positionIn, type Source } from '../text/source.ts';
import { repositoryOf } from '../tree/repository.ts';
import { applyEdits, type Edit, lineEnd } from './edit.ts';

/** @returns the diff of all files that the edits touch, in the order in which they are named first */
export function unifiedDiff(edits: readonly Edit[]): string {
  const sources = [...new Set(edits.map((edit) => edit.source))];
  return sources
    .map((source) =>
      fileDiff(
        source,
        edits.filter((edit) => edit.source === source),
      ),
    )
    .join('');
}

/** Lines before and behind the edits that the search for differences sees: more than a hunk's context. */
const margin = 5;

function fileDiff(source: Source, edits: readonly Edit[]): string {
  const { text } = source;
  const from = linesBack(text, Math.min(...edits.map(({ start }) => start)));
  const to = linesOn(text, Math.max(...edits.map(({ end }) => end)));
  const moved = edits.map((edit) => ({ ...edit, start: edit.start - from, end: edit.end - from }));
  const before = text.slice(from, to);
  const name = fileName(source.file);
  const patch = structuredPatch(`a/${name}`, `b/${name}`, before, applyEdits(before, moved), undefined, undefined, {
    context: 3,
  });
  const skipped = positionIn(source, from).line - 1;
  for (const hunk of patch.hunks) {
    hunk.oldStart += skipped;
    hunk.newStart += skipped;
  }
  const body = formatPatch({ ...patch, hunks: patch.hunks })
    .split('\n')
    .slice(3)
    .join('\n');
  return `--- ${quoted(`a/${name}`)}\n+++ ${quoted(`b/${name}`)}\n${body}`;
}

function linesBack(text: string, offset: number): number {
  let at = offset;
  for (let n = 0; n <= margin && at > 0; n++) at = Math.max(0, text.lastIndexOf('\n', at - 1));
  return at === 0 ? 0 : at + 1;
}

function linesOn(text: string, offset: number): number {
  let at = offset;
  for (let n = 0; n <= margin && at < text.length; n++) at = lineEnd(text, at + 1);
  return Math.min(at, text.length);
}

/** Never with `..`, which `git apply` refuses; outside of any repository as seen from `/`. */
function fileName(file: string): string {
  const path = resolve(file);
  const near = seenFrom(process.cwd(), path);
  return near.startsWith('../') ? seenFrom(repositoryOf(path) ?? '/', path) : near;
}

const seenFrom = (folder: string, path: string): string => relative(folder, path).replaceAll('\\', '/');

/** As git writes names: a tab ends one with a blank, quotes and escapes hold one with other odd characters. */
function quoted(name: string): string {
  if (/["\\\p{Cc}\u0080-\uffff]/u.test(name)) {
    const bytes = [...Buffer.from(name)].map((byte) =>
      byte === 0x22 || byte === 0x5c
        ? `\\${String.fromCharCode(byte)}`
        : byte < 0x20 || byte > 0x7e
          ? `\\${byte.toString(8).padStart(3, '0')}`
          : String.fromCharCode(byte),
    );
    return `"${bytes.join('')}"`;
  }
  return name.includes(' ') ? `${name}\t` : name;
}
