/** What a finding says about values, so that a baseline notices when one of them changes. Pure. */
import { createHash } from 'node:crypto';
import { isScalar } from 'yaml';
import type { Problem } from './finding.ts';

/** Ages grow from day to day, and other places move, although the value stays the same. */
const passing = /\b(?:\d+ days (?:old|ago)|in \d+ days)\b| The same holds (?:on line|in) .*$/g;
const numbers = /\d+(?:\.\d+)*/g;

/**
 * A digest of the value at the finding's place and of the numbers in its message: the same as long as neither changes,
 * whatever the sentence around the numbers is. A digest, because the value may be a connection string with a password.
 * @returns twelve hexadecimal digits
 */
export function factsOf({ at, message }: Pick<Problem, 'at' | 'message'>): string {
  const inMessage = new Set(message.replace(passing, '').match(numbers));
  const facts = JSON.stringify([...valueAt(at), ...[...inMessage].sort()]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 12);
}

/** Key and value of a setting; nothing where it is not set, for then the place is what would hold it. */
function valueAt({ key, node, manifest: { source }, offset }: Problem['at']): string[] {
  if (!isScalar(node) || node.value === null) return [];
  const value = String(node.value);
  // Of a script or a query, only the line that the finding is about.
  return [String(key?.value ?? ''), value.includes('\n') ? lineAt(source.text, offset) : value];
}

const lineAt = (text: string, offset: number): string =>
  text
    .slice(text.lastIndexOf('\n', offset - 1) + 1)
    .split('\n', 1)[0]!
    .trim();
