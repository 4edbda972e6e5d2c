/** Every page of `docs/rules`, by its name: the rules run on their own examples. */
import { applyEdits } from '../change/edit.ts';
import { checkAll } from '../check.ts';
import type { Rule } from '../finding.ts';
import { indexPage, rulePage } from './page.ts';

const nowMs = Date.UTC(2026, 10, 1);

export function pagesOf(rules: readonly Rule[]): Map<string, string> {
  const pages = rules.map((rule) => [`${rule.id}.md`, rulePage(rule, shown(rule))] as const);
  return new Map([['README.md', indexPage(rules)], ...pages]);
}

/** The rule's words on its bad example, and the example with the rule's changes made. */
function shown(rule: Rule): { message: string; good: string } {
  let text = rule.bad;
  let message = '';
  // A rule may find something more than once: a change at a time.
  for (let round = 0; round < 10; round++) {
    const { findings, edits } = checkAll([{ file: 'example.yaml', text }], { nowMs, rules: [rule] });
    message ||= findings[0]?.message ?? '';
    const change = rule.good === undefined ? findings.map((finding) => edits.get(finding)!)[0] : undefined;
    if (!change || change.length === 0) break;
    text = applyEdits(text, change);
  }
  return { message, good: rule.good ?? text };
}
