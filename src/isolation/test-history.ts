/** Histories as text, for tests: `a x 1, r y [2 3]`, with `failed:` or `unknown:` before it; an unknown read is `r y`. */
import { HistoryRecorder, type TransactionOutcome } from './history.ts';
import { judgeIsolation } from './judge.ts';
import type { IsolationLevel } from './levels.ts';

export type Operation =
  | { readonly append: number; readonly key: number }
  | { readonly read: readonly number[] | undefined; readonly key: number };
export interface Transaction {
  readonly outcome: TransactionOutcome;
  readonly operations: readonly Operation[];
}

export function recorded(transactions: readonly Transaction[]) {
  const recorder = new HistoryRecorder();
  for (const { outcome, operations } of transactions) {
    recorder.begin(outcome);
    for (const operation of operations)
      if ('append' in operation) recorder.append(operation.key, operation.append);
      else recorder.read(operation.key, operation.read);
  }
  return recorder.take();
}

export const judged = (transactions: readonly Transaction[], level: IsolationLevel) =>
  judgeIsolation(recorded(transactions), level);

/** Keys are the letters x, y, z … */
export function historyOf(lines: readonly string[]): Transaction[] {
  return lines.map((line) => {
    const [, outcome = 'ok', text] = /^(?:(ok|failed|unknown): )?(.*)$/.exec(line)!;
    const operations = text!.split(/, /).map((part): Operation => {
      const match = /^([ar]) ([a-z])(?: (\d+)| \[([\d ]*)\])?$/.exec(part);
      if (!match) throw new Error(`not an operation: ${part}`);
      const key = (match[2]!.charCodeAt(0) - 'x'.charCodeAt(0) + 26) % 26;
      if (match[1] === 'a') return { append: Number(match[3]), key };
      return { read: match[4]?.split(' ').filter(Boolean).map(Number), key };
    });
    return { outcome: outcome as TransactionOutcome, operations };
  });
}
