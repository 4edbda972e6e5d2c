/** `--fix` on every tree of the fixtures, with comments sown into it: the files stay what they were but for the changes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { type CheckOptions, checkAll } from '../check.ts';
import { type Entry, entriesIn, inCopy } from '../test-corpus.ts';
import { documentsOf, errorOf } from '../text/parse.ts';
import type { Source } from '../text/source.ts';
import { gather } from '../tree/collect.ts';
import { fixAll } from './fix.ts';

const nowMs = Date.UTC(2026, 10, 1);

/** A generator of numbers below 1 that a seed decides. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Adds comments behind lines and between them, each with a number; block scalars, where they would be text, are left alone. */
function sown(text: string, random: () => number): string {
  let nth = 0;
  let blockIndent = -1;
  return text
    .split('\n')
    .map((line) => {
      const indent = line.search(/\S/);
      if (blockIndent >= 0 && (indent > blockIndent || indent < 0)) return line;
      blockIndent = /[|>][-+\d]*\s*$/.test(line) ? indent : -1;
      if (
        !/^\s*(?:- )?[\w./-]+:(?: [\w"'].*)?$/.test(line) ||
        line.includes('#') ||
        /"[^"]*$/.test(line.replace(/"[^"]*"/g, ''))
      )
        return line;
      const dice = random();
      if (blockIndent >= 0 || dice < 0.5) return line;
      nth++;
      return dice < 0.75 ? `${line} # keep ${nth}` : `${' '.repeat(indent)}# keep ${nth}\n${line}`;
    })
    .join('\n');
}

const commentsIn = (text: string): string[] => text.match(/# keep \d+$/gm) ?? [];

/** Comments that are gone although nothing of their line is. */
function lostComments(before: string, after: string): string[] {
  const left = new Set(commentsIn(after));
  const lines = before.split('\n');
  return commentsIn(before).filter((comment) => {
    if (left.has(comment)) return false;
    const nth = lines.findIndex((line) => line.endsWith(comment));
    const own = lines[nth]!.slice(0, -comment.length).trim() || lines[nth + 1]!.trim();
    const key = /^[\w./-]+:/.exec(own.replace(/^- /, ''))?.[0] ?? own;
    return (
      after
        .split('\n')
        .some(
          (line) => line.trim().replace(/^- /, '').startsWith(key) && line.search(/\S/) === lines[nth]!.search(/\S/),
        ) && !isRemoved(before, after, key)
    );
  });
}

/** Whether a key stands less often in the text than before. */
const isRemoved = (before: string, after: string, key: string): boolean =>
  after.split(key).length < before.split(key).length;

async function fixedIn(entry: Entry, random: () => number): Promise<number> {
  const files = entry.files.length > 0 ? entry.files : ['.'];
  const first = await gather(files, Readable.from([]));
  for (const { file, text } of first.sources)
    if (/\.ya?ml$/.test(file) && !text.includes('\r')) writeFileSync(file, sown(text, random));
  const { sources, context } = await gather(files, Readable.from([]));
  const options: CheckOptions = { nowMs, ...(context ? { context } : {}) };
  const broken = (list: readonly Source[]) =>
    list.filter(({ text }) => documentsOf(text).some(errorOf)).map(({ file }) => file);
  const before = checkAll(sources, options);
  const { sources: changed } = fixAll(sources, options);
  const now = sources.map((source) => changed.find(({ file }) => file === source.file) ?? source);
  const texts = new Map(changed.map(({ file }) => [file, readFileSync(file, 'utf8')]));
  expect(
    broken(now).filter((file) => !broken(sources).includes(file)),
    'files that no longer parse',
  ).to.eql([]);
  for (const { file, text } of changed) {
    writeFileSync(file, text);
    const old = texts.get(file)!;
    expect(lostComments(old, text), `comments of ${file}\n${text}`).to.eql([]);
    expect(text.match(/&[A-Za-z][\w-]*/g) ?? [], `anchors of ${file}`).to.include.members(
      (old.match(/\*[A-Za-z][\w-]*/g) ?? [])
        .map((alias) => `&${alias.slice(1)}`)
        .filter((anchor) => text.includes(`*${anchor.slice(1)}`)),
    );
  }
  const again = await gather(files, Readable.from([]));
  const rest: CheckOptions = { nowMs, ...(again.context ? { context: again.context } : {}) };
  const after = checkAll(again.sources, rest);
  const left = after.findings
    .filter((finding) => finding.change !== '' && !finding.placeholders)
    .map(({ rule, file, line }) => `${rule} ${file}:${line}`);
  expect(left, 'changes that are left').to.eql([]);
  const rules = new Set(before.findings.map(({ rule }) => rule));
  const fresh = after.findings.map(({ rule }) => rule).filter((rule) => !rules.has(rule));
  expect(fresh, 'rules that the changes raise').to.eql([]);
  expect(fixAll(again.sources, rest).sources, 'a second time').to.eql([]);
  return changed.length;
}

describe('--fix', function () {
  this.timeout(120_000);
  const seeds = (process.env.PGDRILL_TEST_SEEDS ?? '1').split(',').map(Number);
  for (const kind of ['kinds', 'cases', 'corpus'])
    it(`leaves nothing to fix in ${kind}, loses no comment, and does nothing the second time`, async () => {
      let changed = 0;
      for (const seed of seeds) {
        const random = randomOf(seed);
        for (const entry of entriesIn(`fixtures/check/${kind}`))
          await inCopy(entry, async () => {
            try {
              changed += await fixedIn(entry, random);
            } catch (error) {
              (error as Error).message = `${entry.folder}, seed ${seed}: ${(error as Error).message}`;
              throw error;
            }
          });
      }
      expect(changed).to.be.greaterThan(15);
    });

  it('keeps every byte that no change touches', () => {
    const file = 'fixtures/check/kinds/20-bare-cluster/cluster.yaml';
    const source = { file, text: readFileSync(file, 'utf8') };
    const [changed] = fixAll([source], { nowMs }).sources;
    const kept = source.text.split('\n').filter((line) => changed!.text.split('\n').includes(line));
    expect(kept).to.eql(source.text.split('\n'));
  });
});
