/** The connection attempts of the load's clients, gathered from their batches. */

import { slotOutcomes } from '../event.ts';
import type { Connects } from '../run.ts';
import { anyNumber, int32, uint8 } from './narrow.ts';
import { any, batchProblem, type Numbers, natural, type Range, rangeOf, refuse, Table, Words } from './table.ts';

/** A `connect` line, its columns in arrays of any kind. */
export interface ConnectBatch {
  readonly n: number;
  readonly seq: number;
  readonly baseUs: number;
  readonly client: Numbers;
  readonly path: Numbers;
  readonly paths: readonly string[];
  readonly start: Numbers;
  readonly took: Numbers;
  readonly outcome: Numbers;
  readonly error: Numbers;
  readonly errors: readonly string[];
}

export class ConnectColumns {
  readonly #paths = new Words();
  readonly #errors = new Words();
  readonly #table = new Table({
    ...{ seq: anyNumber, client: int32, path: int32, startUs: anyNumber, doneUs: anyNumber },
    ...{ outcome: uint8, error: int32 },
  });

  /**
   * @returns when the first and the last attempt ended, µs
   * @throws Error in plain words where the batch contradicts itself
   */
  add(batch: ConnectBatch): Range {
    const { n, seq, baseUs, start, took } = batch;
    refuse(
      batchProblem(batch, {
        ...{ client: natural, start: any, took: any },
        path: [0, batch.paths.length],
        outcome: [0, slotOutcomes.length],
        error: [-1, batch.errors.length],
      }),
    );
    const scratch = this.#table.begin(n);
    this.#table.count('seq', seq);
    this.#table.copy('client', batch.client);
    this.#table.copyWords('path', batch.path, batch.paths, this.#paths);
    for (let row = 0; row < n; row++) scratch[row] = baseUs + start[row]!;
    this.#table.append('startUs');
    this.#table.copy('outcome', batch.outcome);
    this.#table.copyWords('error', batch.error, batch.errors, this.#errors);
    for (let row = 0; row < n; row++) scratch[row] = baseUs + start[row]! + took[row]!;
    this.#table.append('doneUs');
    return rangeOf(scratch, n);
  }

  finish(): Connects {
    return { ...this.#table.finish(), paths: this.#paths.list, errors: this.#errors.list };
  }
}
