/** For tests: one change as git applies it, the check made again, and the change taken back. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Edit } from './change/edit.ts';
import type { Checked } from './check.ts';
import type { Finding } from './finding.ts';
import { checked, type Entry } from './test-corpus.ts';

/** How often each rule finds something. */
const counts = ({ findings }: Checked): Map<string, number> =>
  new Map([...Map.groupBy(findings, ({ rule }) => rule)].map(([rule, list]) => [rule, list.length]));

async function tryChange(entry: Entry, before: Checked, finding: Finding, edits: readonly Edit[]): Promise<void> {
  const sources = [...new Set(edits.map(({ source }) => source))];
  execFileSync('git', ['apply', '-'], { input: finding.change, stdio: 'pipe' });
  try {
    const after = await checked(entry);
    const now = counts(after);
    const was = counts(before);
    const more = [...now].filter(([rule, count]) => count > (was.get(rule) ?? 0)).map(([rule]) => rule);
    expect(more, `${finding.rule} raises\n${finding.change}`).to.eql([]);
    expect(now.get(finding.rule) ?? 0, `${finding.rule} stays\n${finding.change}`).to.be.lessThan(
      was.get(finding.rule)!,
    );
    expect(after.notes.length, finding.change).to.be.at.most(before.notes.length);
    for (const { file } of sources.filter(({ text }) => text.includes('\r\n')))
      expect(readFileSync(file, 'utf8').match(/[^\r]\n/g), `${finding.rule}: all lines of ${file} end alike`).to.equal(
        null,
      );
  } finally {
    for (const { file, text } of sources) writeFileSync(file, text);
  }
}

/** Tries the changes of all findings of the entry in the current folder. @returns how many */
export async function tryChanges(entry: Entry, before: Checked): Promise<number> {
  const changing = before.findings.filter(({ change }) => change !== '');
  for (const finding of changing) await tryChange(entry, before, finding, before.edits.get(finding)!);
  return changing.length;
}
