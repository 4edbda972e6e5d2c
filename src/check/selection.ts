/** Which rules run, and which findings make the command fail. */
import { didYouMean, UsageError } from '../errors.ts';
import type { Finding, Rule, Severity } from './finding.ts';
import { severities } from './finding.ts';

/** `never`: findings are only shown. */
export const failLevels = [...severities, 'never'] as const;
export type FailLevel = (typeof failLevels)[number];

export interface Selection {
  /** Only these rules; all where it is empty. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** Severities that differ from the rules' own, by rule. */
  readonly severities?: Readonly<Record<string, Severity>>;
}

/** @throws UsageError where a name is not that of a rule */
export function selected(rules: readonly Rule[], { only, skip, severities: changed = {} }: Selection): Rule[] {
  const known = rules.map(({ id }) => id);
  const unknown = [...only, ...skip, ...Object.keys(changed)].find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new UsageError(`expected the name of a rule, but got ${unknown}${hint(unknown, known)}`);
  return rules
    .filter(({ id }) => (only.length === 0 || only.includes(id)) && !skip.includes(id))
    .map((rule) => (changed[rule.id] ? { ...rule, severity: changed[rule.id]! } : rule));
}

function hint(word: string, known: readonly string[]): string {
  const near = didYouMean(word, known);
  return near.startsWith(' (') ? `${near}.` : '; pgdrill check --list names them.';
}

/** Whether a finding is of this level or worse. */
export const failsAt = (level: FailLevel, findings: readonly Finding[]): boolean =>
  level !== 'never' &&
  findings.some(({ severity }) => severities.indexOf(severity) <= severities.indexOf(level as Severity));
