/** Edits as a unified diff that `git apply` and `patch -p1` take. */
import { applyEdits, type Edit } from './edit.ts';
import type { Source } from './source.ts';

const context = 3;

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

/** Lines [from, to) of the old text become `lines`; all counted from 0. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

function fileDiff(source: Source, edits: readonly Edit[]): string {
  const old = linesOf(source.text);
  const hunks = grouped(changesOf(source, edits, old));
  let shift = 0;
  const body = hunks.map((hunk) => {
    const text = hunkText(old, hunk, shift);
    shift += hunk.reduce((sum, change) => sum + change.lines.length - (change.to - change.from), 0);
    return text;
  });
  return `--- a/${source.file}\n+++ b/${source.file}\n${body.join('')}`;
}

/** Lines with their newlines; the last may have none. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Each edit widened to whole lines; edits of the same lines together. */
function changesOf(source: Source, edits: readonly Edit[], old: readonly string[]): Change[] {
  const starts = [0];
  for (const line of old) starts.push(starts.at(-1)! + line.length);
  if (!source.text.endsWith('\n')) starts.pop();
  const lineOf = (offset: number) =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= offset),
    );
  const spans: { from: number; to: number; edits: Edit[] }[] = [];
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    const from = lineOf(edit.start);
    const to = Math.min(old.length, lineOf(edit.end) + 1);
    const last = spans.at(-1);
    if (last && from < last.to) {
      last.to = Math.max(last.to, to);
      last.edits.push(edit);
    } else spans.push({ from, to, edits: [edit] });
  }
  return spans.map(({ from, to, edits: within }) => {
    const base = starts[from]!;
    const moved = within.map((edit) => ({ ...edit, start: edit.start - base, end: edit.end - base }));
    return trimmed(old, { from, to, lines: linesOf(applyEdits(old.slice(from, to).join(''), moved)) });
  });
}

/** Without the lines that stayed as they were at either end. */
function trimmed(old: readonly string[], change: Change): Change {
  let { from, to } = change;
  const lines = [...change.lines];
  while (from < to && lines.length > 0 && old[from] === lines[0]) {
    from++;
    lines.shift();
  }
  while (to > from && lines.length > 0 && old[to - 1] === lines.at(-1)) {
    to--;
    lines.pop();
  }
  return { from, to, lines };
}

function grouped(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const before = hunks.at(-1)?.at(-1);
    if (before && change.from - before.to <= 2 * context) hunks.at(-1)!.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function hunkText(old: readonly string[], changes: readonly Change[], shift: number): string {
  const from = Math.max(0, changes[0]!.from - context);
  const to = Math.min(old.length, changes.at(-1)!.to + context);
  const body: string[] = [];
  let at = from;
  for (const change of changes) {
    body.push(...old.slice(at, change.from).map((line) => ` ${line}`));
    body.push(...old.slice(change.from, change.to).map((line) => `-${line}`));
    body.push(...change.lines.map((line) => `+${line}`));
    at = change.to;
  }
  body.push(...old.slice(at, to).map((line) => ` ${line}`));
  const added = changes.reduce((sum, change) => sum + change.lines.length - (change.to - change.from), 0);
  const text = body.map((line) => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`)).join('');
  return `@@ -${range(from, to - from)} +${range(from + shift, to - from + added)} @@\n${text}`;
}

const range = (from: number, count: number): string => `${count === 0 ? from : from + 1},${count}`;
