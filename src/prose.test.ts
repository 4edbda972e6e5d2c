/** How pgdrill speaks: words that make text read as if it were translated stay out of what people read. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

/** Each with what to write instead. */
const awkward: readonly (readonly [RegExp, string])[] = [
  [/\b(tells?|told|telling)\b/i, 'reports, shows, records, warns'],
  [/\banew\b/i, 'again, a new …'],
  [/\bwhoever\b/i, 'the caller, anyone who, clients that'],
  [/\bshall\b/i, 'must, should'],
  [/\bnothing of (it|what)\b|\bso each\b|\bso often\b|\bmade of\b|\bwhich of them\b|\bsaid by\b/i, 'name the thing'],
  [/\btime-outs?\b/i, 'timeout'],
  [/(?<!\bthere )\b(is|are|was|were) no\b(?! longer| more than| larger)/i, 'is not a …'],
  [/\bby (itself|themselves)\b/i, 'automatically, unaided, on its own, alone'],
  [/\b(is|was) there\b(?! (a|an|any|no|enough|more)\b)/i, 'exists, is available, runs'],
  [/\bas it comes\b/i, 'default kept'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bfor want of\b/i, 'without, because … is missing'],
];
const texts = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...filesIn('docs', /\.md$/),
  ...filesIn('scenarios', /\.(md|ts)$/),
  ...filesIn('src', /\.ts$/),
].filter((file) => file !== 'src/prose.test.ts');

function filesIn(folder: string, matches: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => matches.test(name))
    .map((name) => join(folder, name));
}

function awkwardIn(text: string): string[] {
  return text.split('\n').flatMap((line, index) =>
    awkward.flatMap(([pattern, instead]) => {
      const [word] = pattern.exec(line) ?? [];
      return word === undefined ? [] : [`${index + 1}: "${word}"; write ${instead}`];
    }),
  );
}

describe('the words', () => {
  it('of documentation, comments, messages and tests are plain', () => {
    expect(texts.length).to.be.greaterThan(500);
    const found = texts.flatMap((file) => awkwardIn(readFileSync(file, 'utf8')).map((one) => `${file}:${one}`));
    expect(found).to.deep.equal([]);
  });

  it('are found where they are awkward, with the line and what to write', () => {
    expect(awkwardIn('fine\nThe pool is made anew, which the log tells.')).to.deep.equal([
      '2: "tells"; write reports, shows, records, warns',
      '2: "anew"; write again, a new …',
    ]);
  });
});
