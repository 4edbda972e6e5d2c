/** Manifests with values that nobody expects: no rule crashes, and no change makes a file unreadable. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { applyEdits } from './change/edit.ts';
import { fixAll } from './change/fix.ts';
import { checkAll } from './check.ts';
import { documentsOf, errorOf } from './text/parse.ts';
import type { Source } from './text/source.ts';

const nowMs = Date.UTC(2026, 10, 1);
const oddValues = [
  'null',
  '~',
  '{}',
  '[]',
  '""',
  '0',
  '-1',
  '1e9',
  'true',
  "'x y'",
  ['$', '{X}'].join(''),
  '$X',
  '[1, 2]',
  '{a: b}',
  '|\n  x',
  '!!str 1',
  '2026-11-01',
];

/** A generator of whole numbers below a bound that a seed decides. */
function randomOf(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Changes a line: its value, its indentation, its key, or its presence. */
function mutated(text: string, random: (bound: number) => number): string {
  const lines = text.split('\n');
  for (let times = 1 + random(3); times > 0; times--) {
    const nth = random(lines.length);
    const line = lines[nth]!;
    switch (random(6)) {
      case 0:
        lines.splice(nth, 1);
        break;
      case 1:
        lines.splice(nth, 0, line);
        break;
      case 2:
        lines[nth] = line.replace(/^( *(?:- )?[\w./-]+:).*$/, '$1');
        break;
      case 3:
        lines[nth] = line.replace(/^ {2}/, '');
        break;
      default: {
        const value = oddValues[random(oddValues.length)]!;
        lines[nth] = line.replace(/^( *(?:- )?[\w./-]+:).*$/, (_, key: string) => `${key} ${value}`);
      }
    }
  }
  return lines.join('\n');
}

function texts(): Source[] {
  return ['kinds', 'cases', 'corpus'].flatMap((kind) =>
    readdirSync(join('fixtures/check', kind), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ya?ml|json)$/.test(name))
      .map((name) => ({ file: name, text: readFileSync(join('fixtures/check', kind, name), 'utf8') })),
  );
}

const isReadable = (text: string): boolean => documentsOf(text).every((document) => !errorOf(document));

/** Checks one text, and tries each change. @returns how many findings had one */
function tried(text: string): number {
  const sources = [{ file: 'mutated.yaml', text }];
  const { findings, edits } = checkAll(sources, { nowMs });
  for (const finding of findings) {
    const change = edits.get(finding)!;
    if (change.length > 0)
      expect(isReadable(applyEdits(text, change)), `${finding.rule} makes of\n${text}\n${finding.change}`).to.equal(
        true,
      );
  }
  for (const fixed of fixAll(sources, { nowMs }).sources) expect(isReadable(fixed.text), fixed.text).to.equal(true);
  return findings.filter(({ change }) => change !== '').length;
}

describe('check of mutated manifests', function () {
  this.timeout(120_000);
  it('never crashes, and offers only changes that leave YAML', () => {
    const random = randomOf(Number(process.env.PGDRILL_TEST_SEED ?? '7'));
    const rounds = Number(process.env.PGDRILL_TEST_ROUNDS ?? '2');
    let changes = 0;
    for (let round = 0; round < rounds; round++)
      for (const { file, text } of texts()) {
        const other = mutated(text, random);
        try {
          changes += tried(other);
        } catch (error) {
          (error as Error).message = `${file}: ${(error as Error).message}\n${other}`;
          throw error;
        }
      }
    expect(changes).to.be.greaterThan(150);
  });
});
