/** Histories of list-append transactions to measure with: long, and without anomalies. */
import type { HistoryRecorder, TransactionOutcome } from '../src/isolation/history.ts';
import { randomFrom } from '../src/random.ts';

/** As Jepsen generates them: ten keys at a time, each replaced after as many appends. */
const [keysAtOnce, appendsPerKey] = [10, 32];
const batchSize = 2_000;

export interface Batch {
  readonly outcomes: TransactionOutcome[];
  /** Operations by transaction; of a read its length, of an append −1 − element. */
  readonly firstOp: number[];
  readonly keys: number[];
  readonly values: number[];
  /** The lists of all reads, one after the other. */
  readonly elements: Int32Array;
}

/** Transactions of one to four operations, one after the other; one in a hundred rolled back, one in two hundred unanswered. */
export function* batchesOf(transactions: number): Generator<Batch> {
  const random = randomFrom(22);
  const lists = Array.from({ length: keysAtOnce }, (_, key) => ({ key, list: [] as number[], next: 1 }));
  let nextKey = keysAtOnce;
  for (let done = 0; done < transactions; done += batchSize) {
    const batch = { outcomes: [] as TransactionOutcome[], firstOp: [0], keys: [] as number[], values: [] as number[] };
    const elements: number[] = [];
    for (let t = 0; t < Math.min(batchSize, transactions - done); t++) {
      const fate = random();
      const outcome = fate < 0.01 ? 'failed' : fate < 0.015 ? 'unknown' : 'ok';
      const happens = outcome === 'ok' || (outcome === 'unknown' && random() < 0.5);
      const undo: number[][] = [];
      for (let op = 1 + Math.floor(random() * 4); op > 0; op--) {
        const place = Math.floor(random() * keysAtOnce);
        const at = lists[place]!;
        const { key, list } = at;
        batch.keys.push(key);
        if (random() < 0.5) {
          batch.values.push(list.length);
          elements.push(...list);
          continue;
        }
        const element = at.next++;
        batch.values.push(-1 - element);
        list.push(element);
        undo.push(list);
        if (list.length >= appendsPerKey && happens) lists[place] = { key: nextKey++, list: [], next: 1 };
      }
      if (!happens) for (const list of undo) list.pop();
      batch.outcomes.push(outcome);
      batch.firstOp.push(batch.keys.length);
    }
    yield { ...batch, elements: Int32Array.from(elements) };
  }
}

export function record(recorder: HistoryRecorder, { outcomes, firstOp, keys, values, elements }: Batch): void {
  let read = 0;
  for (const [t, outcome] of outcomes.entries()) {
    recorder.begin(outcome);
    for (let op = firstOp[t]!; op < firstOp[t + 1]!; op++) {
      const value = values[op]!;
      if (value < 0) recorder.append(keys[op]!, -1 - value);
      else recorder.read(keys[op]!, elements, read, read + value);
      read += Math.max(0, value);
    }
  }
}
