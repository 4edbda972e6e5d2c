/** What the outage was for the clients of the load: requests that failed, and the longest silence of each. */
import { outcomes } from '../../journal/event.ts';
import type { Ops, Run } from '../../journal/run.ts';
import { commonest, exactly, inSeconds, measured, ms, unmeasurable } from '../measured.ts';
import { quantile } from '../stats.ts';
import type { Measured } from '../verdict.ts';
import { rowsByWorker } from '../writes/keys.ts';

const isAcknowledged = (code: number): boolean => code <= outcomes.indexOf('okLocal');

/** `failedRequests`: requests that were due and not acknowledged, in no attempt, whatever became of them. */
export function failedRequests({ ops }: Run): Measured {
  if (ops.n === 0) return unmeasurable('failedRequests', 'there was no load');
  const texts: string[] = [];
  const seqs: number[] = [];
  const saved = savedByRetry(ops);
  for (let row = 0; row < ops.n; row++) {
    if (isAcknowledged(ops.outcome[row]!) || ops.request[row] !== ops.op[row] || saved.has(requestOf(ops, row)))
      continue;
    seqs.push(ops.seq[row]!);
    texts.push(ops.errors[ops.error[row]!] ?? outcomes[ops.outcome[row]!]!);
  }
  const ends = seqs.length === 0 ? [] : [seqs[0]!, seqs.at(-1)!];
  return exactly('failedRequests', seqs.length, ends, commonest(texts));
}

/** Requests whose first attempt failed, and a later one did not. */
function savedByRetry(ops: Ops): ReadonlySet<string> {
  const saved = new Set<string>();
  for (let row = 0; row < ops.n; row++)
    if (ops.request[row] !== ops.op[row] && isAcknowledged(ops.outcome[row]!)) saved.add(requestOf(ops, row));
  return saved;
}

const requestOf = ({ worker, request }: Ops, row: number): string => `${worker[row]} ${request[row]}`;

/** The longest time of one client between two acknowledged writes, or from its first due write, or to its last outcome. */
export interface ClientGap {
  readonly worker: number;
  readonly us: number;
}

export function clientGaps({ ops }: Run): ClientGap[] {
  const clients = [...rowsByWorker(ops)];
  // One for all clients: with millions of writes, an array for each would be the most memory that a judgement takes.
  const scratch = new Float64Array(clients.reduce((most, [, { length }]) => Math.max(most, length), 0));
  return clients.map(([worker, rows]) => ({ worker, us: longestGap(ops, rows, scratch) }));
}

/** `clientGapP95Ms`: the 95th percentile of the clients' longest gaps. */
export function clientGapP95(run: Run): Measured {
  const metric = 'clientGapP95Ms';
  const gaps = clientGaps(run).map(({ us }) => us);
  if (gaps.length === 0) return unmeasurable(metric, 'there was no load');
  const at = (q: number): number => ms(quantile(gaps, q));
  const note = `half of ${gaps.length} clients at most ${inSeconds(at(0.5))} s, the worst ${inSeconds(at(1))} s`;
  return measured(metric, { value: at(0.95), lower: at(0.95), upper: at(0.95), note });
}

/** In order. A client’s writes are mostly answered in the order in which they were due: then nothing is to be sorted. */
function acknowledgedTimes({ outcome, doneUs }: Ops, rows: Int32Array, scratch: Float64Array): Float64Array {
  let n = 0;
  let inOrder = true;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!isAcknowledged(outcome[row]!)) continue;
    const us = doneUs[row]!;
    if (n > 0 && us < scratch[n - 1]!) inOrder = false;
    scratch[n++] = us;
  }
  const all = scratch.subarray(0, n);
  return inOrder ? all : all.sort();
}

function longestGap(ops: Ops, rows: Int32Array, scratch: Float64Array): number {
  const doneUs = acknowledgedTimes(ops, rows, scratch);
  let fromUs = ops.dueUs[rows[0]!]!;
  let longestUs = 0;
  for (const us of doneUs) {
    longestUs = Math.max(longestUs, us - fromUs);
    fromUs = us;
  }
  return Math.max(longestUs, ops.doneUs[rows.at(-1)!]! - fromUs);
}
