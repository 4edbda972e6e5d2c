/** For the tests of rules: one rule, run on manifests given as text. */
import { parseAllDocuments } from 'yaml';
import { check } from '../check.ts';
import { applyEdits } from '../edit.ts';
import type { Finding, Rule } from '../finding.ts';
import { Inventory } from '../inventory.ts';
import { parseManifests } from '../parse.ts';

const nowMs = Date.UTC(2026, 10, 1);
const sourcesOf = (texts: readonly string[]) => texts.map((text, i) => ({ file: `${i + 1}.yaml`, text }));

/** What the rule finds; the texts are files `1.yaml`, `2.yaml` … */
export function findingsOf(rule: Rule, ...texts: string[]): Finding[] {
  return check(sourcesOf(texts), nowMs, [rule]);
}

/** `1.yaml:4` for each finding: where it is. */
export function linesOf(rule: Rule, ...texts: string[]): string[] {
  return findingsOf(rule, ...texts).map((finding) => `${finding.file}:${finding.line}`);
}

/** What the rule still finds after the change of each of its findings is made, one after the other. */
export function findingsAfterChange(rule: Rule, ...texts: string[]): string[] {
  let files = sourcesOf(texts);
  for (let round = 0; round < 20; round++) {
    const inventory = new Inventory(files.flatMap(parseManifests), nowMs);
    const problem = [...rule.check(inventory)].find(({ change }) => change.length > 0);
    if (!problem) break;
    files = files.map((file) => {
      const text = applyEdits(
        file.text,
        problem.change.filter((edit) => edit.source.file === file.file),
      );
      for (const document of parseAllDocuments(text)) if (document.errors[0]) throw document.errors[0];
      return { file: file.file, text };
    });
  }
  return linesOf(rule, ...files.map((file) => file.text));
}

/** The beginning of a manifest of CloudNativePG. */
export const cnpg = (kind: string, name: string, spec: string): string =>
  `apiVersion: postgresql.cnpg.io/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: db\nspec:\n${spec}`;
