/** The rules as a table, for `pgdrill check --list`. */
import type { Rule } from '../finding.ts';

export function listText(rules: readonly Rule[]): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  return rules.map(({ id, severity, title }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}\n`).join('');
}
