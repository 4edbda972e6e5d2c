/** What comments in YAML say about a place in it. */
import type { Place } from './manifest.ts';
import type { Source } from './source.ts';

/** The comment behind a place, on its line, and the block of comments directly above that line, as one text. */
export function commentsAt({ manifest, offset }: Place): string {
  const { text } = manifest.source;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const above = text.slice(0, start).split('\n').slice(0, -1);
  const first = above.findLastIndex((line) => !isComment(line)) + 1;
  return wordsOf([...above.slice(first), trailing(lineFrom(text, start))]);
}

/** All comments of the document that a place is in, and those at the head of the file, as one text. */
export function commentsOfDocument({ manifest: { source }, offset }: Place): string {
  let known = divided.get(source);
  if (!known) divided.set(source, (known = divide(source)));
  const nth = known.starts.findLastIndex((start) => start <= offset);
  return nth < 0 ? '' : (known.comments[nth] ??= commentsFrom(source.text, known, nth));
}

interface Divided {
  /** Where each document begins. */
  readonly starts: readonly number[];
  /** The comments of each document, as far as they were asked for. */
  readonly comments: (string | undefined)[];
  /** The comments at the head of the file. */
  readonly head: readonly string[];
}

/** A file of many objects is divided once. */
const divided = new WeakMap<Source, Divided>();

function divide({ text }: Source): Divided {
  const lines = text.slice(0, 10_000).split('\n');
  const end = lines.findIndex((line) => !isComment(line) && line !== '---');
  const marks = [...text.matchAll(/^---.*$/gm)].map(({ index }) => index).filter((index) => index > 0);
  return { starts: [0, ...marks], comments: [], head: lines.slice(0, Math.max(0, end)) };
}

function commentsFrom(text: string, { starts, head }: Divided, nth: number): string {
  const lines = [...(nth > 0 ? head : []), ...text.slice(starts[nth], starts[nth + 1]).split('\n')];
  return wordsOf(lines.map((line) => (isComment(line) ? line : trailing(line))));
}

const isComment = (line: string): boolean => /^\s*#/.test(line);
const lineFrom = (text: string, start: number): string => text.slice(start).split('\n', 1)[0]!;
/** A `#` within quotes does not begin a comment; one behind a closed quote does. */
const trailing = (line: string): string => /^(?:[^"'#]|"[^"]*"|'[^']*'|#(?<=\S#))*?\s(#.*)$/.exec(line)?.[1] ?? '';

const wordsOf = (lines: readonly string[]): string =>
  lines
    .map((line) => line.replace(/^\s*#+\s?/, '').trim())
    .filter((line) => line !== '' && !isSetting(line) && !isTask(line))
    .join(' ');

/** A task, and a verdict on what stands there, are not reasons for it. */
const isTask = (line: string): boolean =>
  /\b(?:TODO|FIXME|XXX|HACK)\b|^(?:RIGHT|WRONG|BAD|GOOD|EXPECT(?:ED)?|FINDING|WARNING|BUG|ERROR)\b/.test(line);

/** A setting that is commented out, and hints for editors, are not words. */
const isSetting = (line: string): boolean => /^(?:- )?[a-z][\w.$-]*:(?:\s+(?:\S+|"[^"]*"|'[^']*'))?$/.test(line);
