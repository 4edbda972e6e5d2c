/** For the tests of rules: one rule, run on manifests given as text. */
import { applyEdits } from '../change/edit.ts';
import { check, checkAll } from '../check.ts';
import type { Finding, Rule } from '../finding.ts';
import { documentsOf, errorOf } from '../text/parse.ts';
import type { Source } from '../text/source.ts';

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
  return linesOf(rule, ...changedBy(rule, ...texts));
}

/** The texts after the change of each of the rule's findings is made, one after the other. */
export function changedBy(rule: Rule, ...texts: string[]): string[] {
  let files: Source[] = sourcesOf(texts);
  for (let round = 0; round < 20; round++) {
    const { findings, edits } = checkAll(files, { nowMs, rules: [rule] });
    const change = findings.map((finding) => edits.get(finding)!).find((list) => list.length > 0);
    if (!change) break;
    files = files.map((file) => {
      const text = applyEdits(
        file.text,
        change.filter((edit) => edit.source === file),
      );
      for (const document of documentsOf(text)) {
        const error = errorOf(document);
        if (error) throw new Error(`${error.message} in\n${text}`);
      }
      return { file: file.file, text };
    });
  }
  return files.map((file) => file.text);
}

/** The beginning of a manifest of CloudNativePG. */
export const cnpg = (kind: string, name: string, spec: string): string =>
  `apiVersion: postgresql.cnpg.io/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: db\nspec:\n${spec}`;

/** The lines of the text that findings point at, as they stand there. */
export function placesOf(rule: Rule, ...texts: string[]): string[] {
  return findingsOf(rule, ...texts).map(({ file, line }) => {
    const text = texts[Number.parseInt(file, 10) - 1]!;
    return text.split('\n')[line - 1]!.trim();
  });
}
