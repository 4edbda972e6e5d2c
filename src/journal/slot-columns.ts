/** The slots of one stream, gathered from its batches. */
import { batchProblem, float64, int32, type Range, rangeOf, refuse, uint8, valuesOf, Words } from './columns.ts';
import { type EventOf, type Stream, slotOutcomes } from './event.ts';
import type { Slots } from './run.ts';

const any = [Number.MIN_SAFE_INTEGER, Number.POSITIVE_INFINITY] as const;

export class SlotColumns {
  readonly #stream: Stream;
  readonly #errors = new Words();
  readonly #servers = new Words();
  readonly #columns = {
    seq: float64(),
    slot: int32(),
    dueUs: float64(),
    startUs: float64(),
    doneUs: float64(),
    outcome: uint8(),
    error: int32(),
    server: int32(),
    saw: int32(),
  };
  /** The number and the due time of the slot that should come next. */
  #next: { readonly slot: number; readonly dueUs: number } | undefined;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  /** @returns what is wrong with the sequence of slots at this batch: some are missing, came twice, or leave the grid */
  add(batch: EventOf<'probe'>): string | undefined {
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

  #append(batch: EventOf<'probe'>): void {
    const { n, seq, firstSlot, fromUs, stepUs, late, took } = batch;
    refuse(
      batchProblem(batch, {
        ...{ late: any, took: any, saw: any },
        outcome: [0, slotOutcomes.length],
        error: [-1, batch.errors.length],
        server: [-1, batch.servers.length],
      }),
    );
    const errorOf = this.#errors.mapper(batch.errors);
    const serverOf = this.#servers.mapper(batch.servers);
    const columns = this.#columns;
    const dueUs = (row: number): number => fromUs + row * stepUs;
    columns.seq.append(n, (row) => seq + row);
    columns.slot.append(n, (row) => firstSlot + row);
    columns.dueUs.append(n, dueUs);
    columns.startUs.append(n, (row) => (late[row]! < 0 ? Number.NaN : dueUs(row) + late[row]!));
    columns.doneUs.append(n, (row) => dueUs(row) + took[row]!);
    columns.outcome.append(n, (row) => batch.outcome[row]!);
    columns.error.append(n, (row) => errorOf(batch.error[row]!));
    columns.server.append(n, (row) => serverOf(batch.server[row]!));
    columns.saw.append(n, (row) => batch.saw[row]!);
  }

  finish(): Slots {
    return {
      stream: this.#stream,
      ...valuesOf(this.#columns),
      errors: this.#errors.list,
      servers: this.#servers.list,
    };
  }
}

/** When the first and the last slot of a batch were done, µs. */
export const doneRange = ({ fromUs, stepUs, took }: EventOf<'probe'>): Range =>
  rangeOf(Float64Array.from(took, (us, row) => fromUs + row * stepUs + us));
