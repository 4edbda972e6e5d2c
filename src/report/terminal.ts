/** What a terminal shows after a run: one line a limit, safety first. The caller prints the verdict's sentence last. */

import { whyText } from '../measure/advice/why.ts';
import type { Verdict } from '../measure/verdict.ts';
import { doubtsShown, figureText, type Listed, limitText, listed, marginText, noteShown } from './text.ts';

const signs = { pass: '✓', fail: '✗', unknown: '?' } as const;

/** Words of one column padded to its widest; `right` for numbers. */
function padded(words: readonly string[], right = false): string[] {
  const width = Math.max(0, ...words.map((word) => word.length));
  return words.map((word) => (right ? word.padStart(width) : word.padEnd(width)));
}

/**
 * One line a limit: `✗ writeOutageMs  45.2 s ± 0.1  limit ≤ 30 s  15.2 s beyond`, then one for each doubt, then what was broken and why it took so long. A note is
 * added where the limit was not kept, because then it says why, and to a zero that needs one.
 */
export function summaryLines(
  verdict: Pick<Verdict, 'checks' | 'doubts' | 'own' | 'fault' | 'cause' | 'reasons'> &
    Partial<Pick<Verdict, 'measured'>>,
): string[] {
  const checks = listed(verdict);
  const names = padded(checks.map(({ name }) => name));
  const values = padded(checks.map(figureText), true);
  const limits = padded(checks.map((check) => `limit ${limitText(check.limit, check.unit)}`));
  const because = (check: Listed) => (noteShown(check) ? ` (${noteShown(check)})` : '');
  const lines = checks.map(
    (check, i) =>
      `${signs[check.outcome]} ${names[i]}  ${values[i]}  ${limits[i]}  ${marginText(check, check.limit)}${because(check)}`,
  );
  const fault = verdict.fault ? [`broken: ${verdict.fault}`] : [];
  const reason = whyText(verdict);
  const why = reason ? [`why: ${reason}`] : [];
  return [...lines, ...doubtsShown(verdict).map((doubt) => `? ${doubt}`), ...fault, ...why];
}
