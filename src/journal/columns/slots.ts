/** The slots of one stream, gathered from its batches. */

import { type Stream, slotOutcomes } from '../event.ts';
import type { Slots } from '../run.ts';
import { Counting } from './counting.ts';
import { anyNumber, int32, uint8 } from './narrow.ts';
import { any, batchProblem, type Numbers, type Range, rangeOf, refuse, Table, Words } from './table.ts';

/** A `probe` line, its columns in arrays of any kind. */
export interface ProbeBatch {
  readonly n: number;
  readonly seq: number;
  readonly stream: string;
  readonly firstSlot: number;
  readonly fromUs: number;
  readonly stepUs: number;
  readonly late: Numbers;
  readonly took: Numbers;
  readonly outcome: Numbers;
  readonly error: Numbers;
  readonly errors: readonly string[];
  readonly server: Numbers;
  readonly servers: readonly string[];
  readonly saw: Numbers;
}

export class SlotColumns {
  readonly #stream: Stream;
  readonly #seqs = new Counting();
  readonly #errors = new Words();
  readonly #servers = new Words();
  readonly #table = new Table({
    ...{ slot: int32, dueUs: anyNumber, startUs: anyNumber, doneUs: anyNumber },
    ...{ outcome: uint8, error: int32, server: int32, saw: int32 },
  });
  /** The number and the due time of the slot that should come next. */
  #next: { readonly slot: number; readonly dueUs: number } | undefined;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  /** @returns what is wrong with the sequence of slots at this batch: some are missing, came twice, or leave the grid */
  add(batch: ProbeBatch): string | undefined {
    const { stream, n, firstSlot, fromUs, stepUs } = batch;
    const expected = this.#next ?? { slot: 0, dueUs: fromUs };
    if (this.#next && firstSlot < expected.slot)
      return `${stream}: slots from ${firstSlot} came again or late; they are left out`;
    this.#append(batch);
    this.#next = { slot: firstSlot + n, dueUs: fromUs + n * stepUs };
    if (firstSlot > expected.slot) return `${stream}: slots ${expected.slot} to ${firstSlot - 1} are missing`;
    if (stepUs !== this.#stream.stepUs)
      return `${stream}: slots come every ${stepUs} µs, but the stack line says ${this.#stream.stepUs}`;
    if (fromUs !== expected.dueUs)
      return `${stream}: slot ${firstSlot} was due at ${fromUs} µs, but ${expected.dueUs} was expected`;
    return undefined;
  }

  #append(batch: ProbeBatch): void {
    const { n, seq, firstSlot, fromUs, stepUs, late, took } = batch;
    refuse(
      batchProblem(batch, {
        ...{ late: any, took: any, saw: any },
        outcome: [0, slotOutcomes.length],
        error: [-1, batch.errors.length],
        server: [-1, batch.servers.length],
      }),
    );
    const scratch = this.#table.begin(n);
    this.#seqs.add(seq, n);
    this.#table.count('slot', firstSlot);
    for (let row = 0; row < n; row++) scratch[row] = fromUs + row * stepUs;
    this.#table.append('dueUs');
    for (let row = 0; row < n; row++) scratch[row] = late[row]! < 0 ? Number.NaN : fromUs + row * stepUs + late[row]!;
    this.#table.append('startUs');
    for (let row = 0; row < n; row++) scratch[row] = fromUs + row * stepUs + took[row]!;
    this.#table.append('doneUs');
    this.#table.copy('outcome', batch.outcome);
    this.#table.copyWords('error', batch.error, batch.errors, this.#errors);
    this.#table.copyWords('server', batch.server, batch.servers, this.#servers);
    this.#table.copy('saw', batch.saw);
  }

  finish(): Slots {
    const [errors, servers] = [this.#errors.list, this.#servers.list];
    return { stream: this.#stream, ...this.#table.finish(), seq: this.#seqs.values, errors, servers };
  }
}

/** When the first and the last slot of a batch were done, µs. */
export const doneRange = ({ fromUs, stepUs, took }: ProbeBatch): Range =>
  rangeOf(Float64Array.from({ length: took.length }, (_, row) => fromUs + row * stepUs + took[row]!));
