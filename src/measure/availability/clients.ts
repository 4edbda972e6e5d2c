/** What the outage was for the clients of the load: requests that failed, and the longest silence of each. */
import { outcomes } from '../../journal/event.ts';
import type { Ops, Run } from '../../journal/run.ts';
import { commonest, exactly, inSeconds, measured, ms, unmeasurable } from '../measured.ts';
import { quantile } from '../stats.ts';
import type { Measured } from '../verdict.ts';
import { rowsOf, turnsOf } from '../writes/turns.ts';

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
  return exactly('failedRequests', seqs.length, ends, seqs.length === 0 ? waitedFor(ops) : commonest(texts));
}

/** Shorter waits need no word. */
const longWaitUs = 1_000_000;

/** Where writes were down and none failed: they waited. */
function waitedFor({ n, outcome, dueUs, doneUs }: Ops): string {
  let longestUs = 0;
  for (let row = 0; row < n; row++)
    if (isAcknowledged(outcome[row]!)) longestUs = Math.max(longestUs, doneUs[row]! - dueUs[row]!);
  return longestUs < longWaitUs ? '' : `writes waited, up to ${inSeconds(ms(longestUs))} s, and all were acknowledged`;
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
  const { n, worker, outcome, dueUs, doneUs } = ops;
  const { order, places, workers } = turnsOf(ops);
  const clients = workers.map(() => new Silence());
  for (let i = 0; i < n; i++) {
    const row = order ? order[i]! : i;
    clients[places[worker[row]!]!]!.next(dueUs[row]!, doneUs[row]!, isAcknowledged(outcome[row]!));
  }
  return clients.map((client, place) => ({
    worker: workers[place]!,
    us: client.isInOrder ? client.end() : longestGap(ops, rowsOf(ops, place)),
  }));
}

/**
 * The longest time between two acknowledgements of one client, whose writes come in the order in which they were due. No
 * later write is answered before it is due: what was acknowledged until then is final, and mostly that is a single write.
 */
class Silence {
  /** False where a write was due before the one before it, or acknowledged before it was due: then all are sorted. */
  isInOrder = true;
  #longestUs = 0;
  #fromUs = Number.NaN;
  #dueUs = Number.NEGATIVE_INFINITY;
  #doneUs = Number.NaN;
  /** Acknowledgements that others may still precede, latest first. */
  readonly #waiting: number[] = [];

  next(dueUs: number, doneUs: number, isAcknowledged: boolean): void {
    if (dueUs < this.#dueUs || (isAcknowledged && doneUs < dueUs)) this.isInOrder = false;
    if (Number.isNaN(this.#fromUs)) this.#fromUs = dueUs;
    this.#dueUs = dueUs;
    this.#doneUs = doneUs;
    const waiting = this.#waiting;
    while (waiting.length > 0 && waiting[waiting.length - 1]! <= dueUs) this.#pass(waiting.pop()!);
    if (!isAcknowledged) return;
    let at = waiting.push(doneUs) - 1;
    for (; at > 0 && waiting[at - 1]! < doneUs; at--) waiting[at] = waiting[at - 1]!;
    waiting[at] = doneUs;
  }

  #pass(us: number): void {
    if (us - this.#fromUs > this.#longestUs) this.#longestUs = us - this.#fromUs;
    this.#fromUs = us;
  }

  /** µs, with the time until the last write’s outcome. */
  end(): number {
    while (this.#waiting.length > 0) this.#pass(this.#waiting.pop()!);
    return Math.max(this.#longestUs, this.#doneUs - this.#fromUs);
  }
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

/** The same of one client, whatever the order of its writes. */
function longestGap({ outcome, dueUs, doneUs }: Ops, rows: Int32Array): number {
  const acknowledged = rows.filter((row) => isAcknowledged(outcome[row]!));
  let fromUs = dueUs[rows[0]!]!;
  let longestUs = 0;
  for (const us of Float64Array.from(acknowledged, (row) => doneUs[row]!).sort()) {
    longestUs = Math.max(longestUs, us - fromUs);
    fromUs = us;
  }
  return Math.max(longestUs, doneUs[rows.at(-1)!]! - fromUs);
}
