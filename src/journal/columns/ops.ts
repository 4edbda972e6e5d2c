/** The writes of the load, gathered from their batches. */

import { outcomes } from '../event.ts';
import type { Ops } from '../run.ts';
import { anyNumber, Growing, int16, int32, uint8, uint16, uint32 } from './narrow.ts';
import { batchProblem, type Numbers, type Range, rangeOf, refuse, Table, Words } from './table.ts';

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

const any = [Number.MIN_SAFE_INTEGER, Number.POSITIVE_INFINITY] as const;
const natural = [0, Number.POSITIVE_INFINITY] as const;

export class OpColumns {
  readonly #errors = new Words();
  readonly #servers = new Words();
  /** Absent while it is the same as `op`, which a long journal need not hold twice. */
  #requests: Growing | undefined;
  readonly #table = new Table({
    ...{ seq: uint32, worker: int32, op: int32, dueUs: anyNumber, lateUs: int32, sentUs: anyNumber },
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
    for (let row = 0; row < n; row++) scratch[row] = seq + row;
    this.#table.append('seq');
    copy(batch.worker, scratch, n);
    this.#table.append('worker');
    copy(batch.op, scratch, n);
    this.#table.append('op');
    this.#addRequests(batch, scratch, before);
    for (let row = 0; row < n; row++) scratch[row] = baseUs + due[row]!;
    this.#table.append('dueUs');
    copy(batch.late, scratch, n);
    this.#table.append('lateUs');
    for (let row = 0; row < n; row++) scratch[row] = sent[row]! < 0 ? Number.NaN : baseUs + due[row]! + sent[row]!;
    this.#table.append('sentUs');
    for (let row = 0; row < n; row++) scratch[row] = baseUs + due[row]! + done[row]!;
    this.#table.append('doneUs');
    const doneUs = rangeOf(scratch, n);
    copy(batch.outcome, scratch, n);
    this.#table.append('outcome');
    renumber(batch.error, this.#errors.indexesOf(batch.errors), scratch, n);
    this.#table.append('error');
    renumber(batch.server, this.#servers.indexesOf(batch.servers), scratch, n);
    this.#table.append('server');
    copy(batch.timeline, scratch, n);
    this.#table.append('timeline');
    copy(batch.lsn, scratch, n);
    this.#table.append('lsn');
    return doneUs;
  }

  finish(): Ops {
    const columns = this.#table.finish();
    const request = this.#requests?.values ?? columns.op;
    return { ...columns, request, errors: this.#errors.list, servers: this.#servers.list };
  }

  /** Until a batch says otherwise each write is a request of its own. The scratch array holds the `op` of the batch. */
  #addRequests({ n, op, request }: OpBatch, scratch: Float64Array, before: number): void {
    if (request && !this.#requests) {
      this.#requests = new Growing(int32);
      this.#requests.append(Float64Array.from(this.#table.finish().op).subarray(0, before), before);
    }
    copy(request ?? op, scratch, n);
    this.#requests?.append(scratch, n);
  }
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

export function copy(from: Numbers, to: Float64Array, n: number): void {
  for (let row = 0; row < n; row++) to[row] = from[row]!;
}

/** Indexes into the words of a batch become indexes into those of the run; −1 stays −1. */
export function renumber(from: Numbers, indexes: readonly number[], to: Float64Array, n: number): void {
  for (let row = 0; row < n; row++) to[row] = indexes[from[row]!] ?? -1;
}
