/** Each rule's examples, which its page shows, and the change that it offers. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { expect } from 'chai';
import { applyEdits, type Edit } from '../change/edit.ts';
import { checkAll } from '../check.ts';
import type { Source } from '../text/source.ts';
import { rules } from './index.ts';
import { changedBy, linesOf } from './try-rule.ts';

const drills = readdirSync('scenarios', { recursive: true, encoding: 'utf8' }).map((path) => basename(path, '.ts'));
const nowMs = Date.UTC(2026, 10, 1);
const file = (text: string): Source => ({ file: '1.yaml', text });

/** How often each rule finds something in a text. */
function countsIn(text: string): Map<string, number> {
  const { findings } = checkAll([file(text)], { nowMs });
  return new Map([...Map.groupBy(findings, ({ rule }) => rule)].map(([rule, list]) => [rule, list.length]));
}

/** Rules that find more after a change than before it. */
function raisedBy(source: Source, change: readonly Edit[]): string[] {
  const before = countsIn(source.text);
  const after = countsIn(applyEdits(source.text, change));
  return [...after].filter(([rule, count]) => count > (before.get(rule) ?? 0)).map(([rule]) => rule);
}

describe('every rule', () => {
  for (const rule of rules) {
    it(`${rule.id} finds its bad example and not the good one`, () => {
      expect(linesOf(rule, rule.bad)).not.to.eql([]);
      const good = rule.good ?? changedBy(rule, rule.bad)[0]!;
      expect(good).not.to.equal(rule.bad);
      expect(linesOf(rule, good), good).to.eql([]);
    });

    it(`${rule.id} offers a change of its example that raises nothing else`, () => {
      const source = file(rule.bad);
      const { findings, edits } = checkAll([source], { nowMs });
      for (const finding of findings.filter((one) => one.rule === rule.id && one.change !== ''))
        expect(raisedBy(source, edits.get(finding)!), finding.change).to.eql([]);
    });

    it(`${rule.id} says what it is about, where it is documented, and which drill proves it`, () => {
      expect(rule.title)
        .to.match(/^\S.{8,70}$/)
        .and.not.match(/\.$/);
      expect(rule.explanation).to.match(/^.{80,}[.)]$/);
      expect(rule.documentation).to.match(/^https:\/\//);
      if (rule.drill) expect(drills).to.include(rule.drill);
    });
  }

  it('has a stable and unique name', () => {
    for (const { id } of rules) expect(id).to.match(/^[a-z]+(-[a-z]+)+$/);
    expect(new Set(rules.map(({ id }) => id)).size).to.equal(rules.length);
  });
});
