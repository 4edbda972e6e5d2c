/** The writes of the load, gathered from their batches. */

import { outcomes } from '../event.ts';
import type { Ops } from '../run.ts';
import { anyNumber, Growing, int16, int32, uint8, uint16, uint32 } from './narrow.ts';
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
    this.#table.count('seq', seq);
    this.#table.copy('worker', batch.worker);
    this.#table.copy('op', batch.op);
    this.#addRequests(batch, scratch, before);
    for (let row = 0; row < n; row++) scratch[row] = baseUs + due[row]!;
    this.#table.append('dueUs');
    this.#table.copy('lateUs', batch.late);
    for (let row = 0; row < n; row++) scratch[row] = sent[row]! < 0 ? Number.NaN : baseUs + due[row]! + sent[row]!;
    this.#table.append('sentUs');
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
    return { ...columns, request, errors: this.#errors.list, servers: this.#servers.list };
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
