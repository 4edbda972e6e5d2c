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
  return [...rowsByWorker(ops)].map(([worker, rows]) => ({ worker, us: longestGap(ops, rows) }));
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
function acknowledgedTimes({ outcome, doneUs }: Ops, rows: Int32Array): Float64Array {
  const times = new Float64Array(rows.length);
  let [n, inOrder] = [0, true];
  for (const row of rows) {
    if (!isAcknowledged(outcome[row]!)) continue;
    if (n > 0 && doneUs[row]! < times[n - 1]!) inOrder = false;
    times[n++] = doneUs[row]!;
  }
  const all = times.subarray(0, n);
  return inOrder ? all : all.sort();
}

function longestGap(ops: Ops, rows: Int32Array): number {
  const doneUs = acknowledgedTimes(ops, rows);
  let fromUs = ops.dueUs[rows[0]!]!;
  let longestUs = 0;
  for (const us of doneUs) {
    longestUs = Math.max(longestUs, us - fromUs);
    fromUs = us;
  }
  return Math.max(longestUs, ops.doneUs[rows.at(-1)!]! - fromUs);
}
