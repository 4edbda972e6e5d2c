/** The child of `bench/isolation.ts`: records a generated history, judges it, and prints what that took as JSON. */
import { HistoryRecorder } from '../src/isolation/history.ts';
import { judgeIsolation } from '../src/isolation/judge.ts';
import type { IsolationLevel } from '../src/isolation/levels.ts';
import { batchesOf, record } from './long-history.ts';

export interface Took {
  readonly transactions: number;
  readonly operations: number;
  /** Handing the columns over, lists of reads included. */
  readonly recordSeconds: number;
  /** From the columns to the verdict. */
  readonly judgeSeconds: number;
  readonly bytes: number;
  readonly anomalies: number;
}

const [transactions, level] = [Number(process.argv[2]), process.argv[3] as IsolationLevel];
const seconds = () => performance.now() / 1000;
const recorder = new HistoryRecorder({ transactions, operations: Math.ceil(2.51 * transactions) });
let recordSeconds = 0;
let [done, operations] = [0, 0];
for (const batch of batchesOf(transactions)) {
  const began = seconds();
  record(recorder, batch);
  recordSeconds += seconds() - began;
  done += batch.outcomes.length;
  operations += batch.keys.length;
}
const began = seconds();
const { counts } = judgeIsolation(recorder.take(), level);
const took: Took = {
  ...{ transactions: done, operations, recordSeconds, judgeSeconds: seconds() - began },
  bytes: process.resourceUsage().maxRSS * 1024,
  anomalies: Object.values(counts).reduce((sum, count) => sum + count, 0),
};
console.log(JSON.stringify(took));
