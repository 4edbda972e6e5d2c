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
  const silences = new Silences(workers.length);
  for (let i = 0; i < n; i++) {
    const row = order ? order[i]! : i;
    silences.next(places[worker[row]!]!, dueUs[row]!, doneUs[row]!, isAcknowledged(outcome[row]!));
  }
  return workers.map((name, place) => ({
    worker: name,
    us: silences.longest(place) ?? longestGap(ops, rowsOf(ops, place)),
  }));
}

/**
 * The longest time between two acknowledgements of each client, whose writes come in the order in which they were due. No
 * later write is answered before it is due: what was acknowledged until then is final, and mostly that is a single write.
 */
class Silences {
  /** 1 where a write was due before the one before it, or acknowledged before it was due: then all have to be sorted. */
  readonly #isDisordered: Uint8Array;
  readonly #longestUs: Float64Array;
  /** The last acknowledgement that is final; before there is one, when the first write was due. */
  readonly #fromUs: Float64Array;
  readonly #dueUs: Float64Array;
  readonly #doneUs: Float64Array;
  /** An acknowledgement that others may still precede, or NaN; where there are several, they are in `#many`, latest first. */
  readonly #waitingUs: Float64Array;
  readonly #many: number[][];

  constructor(clients: number) {
    this.#isDisordered = new Uint8Array(clients);
    this.#longestUs = new Float64Array(clients);
    this.#fromUs = new Float64Array(clients).fill(Number.NaN);
    this.#dueUs = new Float64Array(clients).fill(Number.NEGATIVE_INFINITY);
    this.#doneUs = new Float64Array(clients);
    this.#waitingUs = new Float64Array(clients).fill(Number.NaN);
    this.#many = Array.from({ length: clients }, () => []);
  }

  next(place: number, dueUs: number, doneUs: number, isAcknowledged: boolean): void {
    if (dueUs < this.#dueUs[place]! || (isAcknowledged && doneUs < dueUs)) this.#isDisordered[place] = 1;
    if (Number.isNaN(this.#fromUs[place]!)) this.#fromUs[place] = dueUs;
    this.#dueUs[place] = dueUs;
    this.#doneUs[place] = doneUs;
    this.#passUntil(place, dueUs);
    if (!isAcknowledged) return;
    if (this.#many[place]!.length === 0 && Number.isNaN(this.#waitingUs[place]!)) this.#waitingUs[place] = doneUs;
    else this.#add(place, doneUs);
  }

  #add(place: number, doneUs: number): void {
    const many = this.#many[place]!;
    if (many.length === 0) many.push(this.#waitingUs[place]!);
    this.#waitingUs[place] = Number.NaN;
    const at = many.findLastIndex((us) => us >= doneUs);
    many.splice(at + 1, 0, doneUs);
  }

  #passUntil(place: number, untilUs: number): void {
    const waitingUs = this.#waitingUs[place]!;
    if (waitingUs <= untilUs) {
      this.#pass(place, waitingUs);
      this.#waitingUs[place] = Number.NaN;
    }
    const many = this.#many[place]!;
    while (many.length > 0 && many[many.length - 1]! <= untilUs) this.#pass(place, many.pop()!);
  }

  #pass(place: number, us: number): void {
    const gapUs = us - this.#fromUs[place]!;
    if (gapUs > this.#longestUs[place]!) this.#longestUs[place] = gapUs;
    this.#fromUs[place] = us;
  }

  /** µs, with the time until the last write’s outcome; undefined where all have to be sorted. */
  longest(place: number): number | undefined {
    if (this.#isDisordered[place]) return undefined;
    this.#passUntil(place, Number.POSITIVE_INFINITY);
    return Math.max(this.#longestUs[place]!, this.#doneUs[place]! - this.#fromUs[place]!);
  }
}

/** `clientGapP95Ms`: the 95th percentile of the clients' longest gaps. */
export function clientGapP95(run: Run): Measured {
  const metric = 'clientGapP95Ms';
  const gaps = clientGaps(run).map(({ us }) => us);
  if (gaps.length === 0) return unmeasurable(metric, 'there was no load');
  const at = (q: number): number => ms(quantile(gaps, q));
  const note = `half of the ${gaps.length} clients waited at most ${inSeconds(at(0.5))} s, the longest wait was ${inSeconds(at(1))} s`;
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
