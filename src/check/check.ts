/** Manifests in, findings out. */
import { UsageError } from '../errors.ts';
import { unifiedDiff } from './diff.ts';
import type { Finding, Problem, Rule } from './finding.ts';
import { severities } from './finding.ts';
import { Inventory } from './inventory.ts';
import { parseManifests } from './parse.ts';
import { rules as allRules } from './rules/index.ts';
import type { Source } from './source.ts';

/** An annotation that names the rules, separated by commas, whose findings on its object are accepted. */
const acceptAnnotation = 'pgdrill.dev/accept';

/**
 * @param nowMs the time, ms since 1970, for rules about age
 * @returns findings by file and line
 * @throws UsageError where a text is no YAML, or nothing in them belongs to CloudNativePG
 */
export function check(sources: readonly Source[], nowMs: number, rules: readonly Rule[] = allRules): Finding[] {
  const inventory = new Inventory(sources.flatMap(parseManifests), nowMs);
  if (inventory.own.length === 0) throw nothingToCheck(sources, inventory);
  return rules
    .flatMap((rule) => [...rule.check(inventory)].filter(notAccepted(rule)).map((problem) => findingOf(rule, problem)))
    .sort(inReadingOrder);
}

const notAccepted =
  (rule: Rule) =>
  ({ resource }: Problem): boolean =>
    !(resource.text('metadata', 'annotations', acceptAnnotation) ?? '')
      .split(',')
      .map((id) => id.trim())
      .includes(rule.id);

function findingOf(rule: Rule, problem: Problem): Finding {
  const { manifest, offset } = problem.at;
  return {
    rule: rule.id,
    severity: problem.severity ?? rule.severity,
    title: rule.title,
    file: manifest.source.file,
    ...manifest.positionOf(offset),
    object: problem.resource.title,
    message: problem.message,
    change: unifiedDiff(problem.change),
    documentation: rule.documentation,
  };
}

function inReadingOrder(a: Finding, b: Finding): number {
  return (
    a.file.localeCompare(b.file, 'en') ||
    a.line - b.line ||
    a.column - b.column ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity)
  );
}

function nothingToCheck(sources: readonly Source[], inventory: Inventory): UsageError {
  const kinds = [...new Set(inventory.resources.map((resource) => resource.kind))];
  const found = kinds.length > 0 ? `only ${kinds.join(', ')}` : 'no Kubernetes object at all';
  const where = sources.length === 1 ? sources[0]!.file : `${sources.length} files`;
  return new UsageError(
    `expected an object of CloudNativePG (postgresql.cnpg.io: Cluster, Pooler …), but ${where} held ${found}; name the folder with the Cluster too.`,
  );
}
