import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { unifiedDiff } from './diff.ts';
import { applyEdits, type Edit } from './edit.ts';

const source = (text: string) => ({ file: 'a/b.yaml', text });

/** What `git apply` makes of a diff: an implementation that is not ours. */
function applied(text: string, diff: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pgdrill-diff-'));
  try {
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a/b.yaml'), text);
    execFileSync('git', ['apply', '--unidiff-zero', '-'], { cwd: folder, input: diff, stdio: 'pipe' });
    return readFileSync(join(folder, 'a/b.yaml'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a unified diff', () => {
  it('of a file outside the folder applies from the root of its repository, and from where it ran inside', () => {
    const root = mkdtempSync(join(tmpdir(), 'pgdrill-diff-'));
    const before = process.cwd();
    try {
      for (const folder of ['shop/.git', 'shop/deploy', 'shop/tools', 'elsewhere'])
        mkdirSync(join(root, folder), { recursive: true });
      for (const [from, file, applyFrom] of [
        ['elsewhere', '../shop/deploy/pg.yaml', 'shop'],
        ['shop/tools', '../deploy/pg.yaml', 'shop'],
        ['elsewhere', join(root, 'shop/deploy/pg.yaml'), 'shop'],
        ['shop', './deploy/../deploy/pg.yaml', 'shop'],
        ['shop/deploy', 'pg.yaml', 'shop/deploy'],
      ] as const) {
        rmSync(join(root, 'shop/.git'), { recursive: true });
        execFileSync('git', ['init', '-q', join(root, 'shop')]);
        const text = 'instances: 1\n';
        writeFileSync(join(root, 'shop/deploy/pg.yaml'), text);
        process.chdir(join(root, from));
        const diff = unifiedDiff([{ source: { file, text }, start: 11, end: 12, text: '3' }]);
        execFileSync('git', ['apply', '-'], { cwd: join(root, applyFrom), input: diff, stdio: 'pipe' });
        expect(readFileSync(join(root, 'shop/deploy/pg.yaml'), 'utf8'), `${from} ${file}`).to.equal('instances: 3\n');
      }
    } finally {
      process.chdir(before);
      rmSync(root, { recursive: true });
    }
  });

  it('shows three lines around the change', () => {
    const file = source('1\n2\n3\n4\n5\n6\n7\n8\n9\n');
    const edit = { source: file, start: 8, end: 9, text: 'five' };
    expect(unifiedDiff([edit])).to.equal(
      '--- a/a/b.yaml\n+++ b/a/b.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n',
    );
  });

  it('keeps changes that are far apart in hunks of their own', () => {
    const text = Array.from({ length: 40 }, (_, i) => `line ${i}\n`).join('');
    const file = source(text);
    const late = text.indexOf('line 30');
    const edits = [
      { source: file, start: 0, end: 0, text: 'new\n' },
      { source: file, start: late, end: late + 4, text: 'LINE' },
    ];
    const diff = unifiedDiff(edits);
    expect(diff.match(/^@@.*@@$/gm)).to.eql(['@@ -1,3 +1,4 @@', '@@ -28,7 +29,7 @@']);
    expect(applied(text, diff)).to.equal(applyEdits(text, edits));
  });

  it('is taken by git apply for any edits of any text', () => {
    const texts = fc.array(fc.constantFrom('a', 'bb', '', '- c', '  d: e'), { minLength: 1, maxLength: 25 });
    const cuts = fc.array(fc.tuple(fc.nat(), fc.constantFrom('', 'x', 'x\n', '\ny: z\n')), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(texts, fc.boolean(), cuts, (lines, newline, at) => {
        const text = lines.join('\n') + (newline ? '\n' : '');
        fc.pre(text.trim() !== '');
        const file = source(text);
        const offsets = at.map(([n]) => n % (text.length + 1)).sort((a, b) => a - b);
        const edits: Edit[] = at.map(([, added], i) => {
          const start = offsets[i]!;
          const end = Math.min(start + 3, offsets[i + 1] ?? text.length);
          return { source: file, start, end, text: added };
        });
        const wanted = applyEdits(text, edits);
        fc.pre(wanted !== text && wanted !== '');
        expect(applied(text, unifiedDiff(edits))).to.equal(wanted);
      }),
      { numRuns: 100 },
    );
  });
});
