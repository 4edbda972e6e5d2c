/** The writes of the load, gathered from their batches. */

import { outcomes } from '../event.ts';
import type { Ops } from '../run.ts';
import { Counting } from './counting.ts';
import { anyNumber, Growing, int16, int32, uint8, uint16 } from './narrow.ts';
import { any, batchProblem, type Numbers, natural, type Range, rangeOf, refuse, Table, Words } from './table.ts';

/** An `op` line, its columns in arrays of any kind. */
export interface OpBatch {
  readonly n: number;
  readonly seq: number;
  readonly baseUs: number;
  readonly worker: Numbers;
  readonly op: Numbers;
  readonly request?: Numbers | undefined;
  readonly due: Numbers;
  readonly late: Numbers;
  readonly sent: Numbers;
  readonly done: Numbers;
  readonly outcome: Numbers;
  readonly error: Numbers;
  readonly errors: readonly string[];
  readonly server: Numbers;
  readonly servers: readonly string[];
  readonly timeline: Numbers;
  readonly lsn: Numbers;
}

export class OpColumns {
  readonly #errors = new Words();
  readonly #servers = new Words();
  readonly #seqs = new Counting();
  /** Absent while it is the same as `op`, which a long journal need not hold twice. */
  #requests: Growing | undefined;
  readonly #table = new Table({
    ...{ worker: int32, op: int32, dueUs: anyNumber, lateUs: int32, sentAfterUs: anyNumber },
    ...{ doneUs: anyNumber, outcome: uint8, error: int32, server: int16, timeline: uint16, lsn: anyNumber },
  });

  /**
   * @returns when the first and the last of its rows were done, µs
   * @throws Error in plain words where the batch contradicts itself
   */
  add(batch: OpBatch): Range {
    const { n, seq, baseUs, due, sent, done } = batch;
    refuse(problemOf(batch));
    const before = this.#table.n;
    const scratch = this.#table.begin(n);
    this.#seqs.add(seq, n);
    this.#table.copy('worker', batch.worker);
    this.#table.copy('op', batch.op);
    this.#addRequests(batch, scratch, before);
    for (let row = 0; row < n; row++) scratch[row] = baseUs + due[row]!;
    this.#table.append('dueUs');
    this.#table.copy('lateUs', batch.late);
    this.#table.copy('sentAfterUs', sent);
    for (let row = 0; row < n; row++) scratch[row] = baseUs + due[row]! + done[row]!;
    this.#table.append('doneUs');
    const doneUs = rangeOf(scratch, n);
    this.#table.copy('outcome', batch.outcome);
    this.#table.copyWords('error', batch.error, batch.errors, this.#errors);
    this.#table.copyWords('server', batch.server, batch.servers, this.#servers);
    this.#table.copy('timeline', batch.timeline);
    this.#table.copy('lsn', batch.lsn);
    return doneUs;
  }

  finish(): Ops {
    const columns = this.#table.finish();
    const request = this.#requests?.values ?? columns.op;
    const [errors, servers] = [this.#errors.list, this.#servers.list];
    return withSent({ ...columns, seq: this.#seqs.values, request, errors, servers });
  }

  /** Until a batch says otherwise each write is a request of its own. */
  #addRequests({ n, op, request }: OpBatch, scratch: Float64Array, before: number): void {
    if (request && !this.#requests) {
      this.#requests = new Growing(int32);
      this.#requests.append(Float64Array.from(this.#table.finish().op).subarray(0, before), before);
    }
    if (!this.#requests) return;
    for (let row = 0; row < n; row++) scratch[row] = (request ?? op)[row]!;
    this.#requests.append(scratch, n);
  }
}

/** When a write was sent, µs on the run’s clock; NaN: never. */
export function sentUsOf({ dueUs, sentAfterUs }: Pick<Ops, 'dueUs' | 'sentAfterUs'>, row: number): number {
  const after = sentAfterUs[row]!;
  return after < 0 ? Number.NaN : dueUs[row]! + after;
}

/** Writes with `sentUs`, which a scenario’s own measure may read: a column of 80 MB for ten million, made when it is. */
export function withSent(columns: Omit<Ops, 'sentUs'>): Ops {
  let made: Float64Array | undefined;
  const get = () => (made ??= Float64Array.from({ length: columns.n }, (_, row) => sentUsOf(columns, row)));
  return Object.defineProperty({ ...columns }, 'sentUs', { get }) as Ops;
}

function problemOf(batch: OpBatch): string | undefined {
  return batchProblem(batch, {
    ...{
      worker: natural,
      op: natural,
      due: any,
      ...(batch.request && { request: natural }),
      late: any,
      sent: any,
      done: any,
      timeline: any,
      lsn: natural,
    },
    outcome: [0, outcomes.length],
    error: [-1, batch.errors.length],
    server: [-1, batch.servers.length],
  });
}
