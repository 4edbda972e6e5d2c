/** The slots of one probe stream that have no outcome yet, and their way into the journal in the order they were due. */
import type { SlotOutcome } from '../../journal/event.ts';
import type { SlotRow } from '../writers/batch.ts';
import { errorText, type LoadError, timedOut } from '../writers/outcome.ts';

export interface OpenSlot {
  readonly slot: number;
  readonly dueUs: number;
  /** When something was first done for it: its own connection attempt began, or it was asked. */
  startUs: number | undefined;
  asked: boolean;
  /** Set once its outcome is known; it may still wait for slots before it. */
  row: SlotRow | undefined;
}

/** What a good answer reported. */
export interface Finding {
  readonly server: string | undefined;
  readonly saw: number;
}
const nothing: Finding = { server: undefined, saw: -1 };

export class Slots {
  readonly #limitUs: number;
  readonly #onRow: (row: SlotRow) => void;
  readonly #open: OpenSlot[] = [];
  #count = 0;

  /** @param onRow is given every slot once, in order */
  constructor(limitUs: number, onRow: (row: SlotRow) => void) {
    this.#limitUs = limitUs;
    this.#onRow = onRow;
  }

  get settled(): boolean {
    return this.#open.length === 0;
  }

  /** Opens the next slot. */
  open(dueUs: number): OpenSlot {
    const slot: OpenSlot = { slot: this.#count++, dueUs, startUs: undefined, asked: false, row: undefined };
    this.#open.push(slot);
    return slot;
  }

  /** The oldest slot that was not asked yet. */
  waiting(): OpenSlot | undefined {
    return this.#open.find((slot) => !slot.asked && !slot.row);
  }

  /** Ends every slot that has passed its limit without an answer. */
  expire(nowUs: number): void {
    for (const slot of [...this.#open]) {
      if (slot.dueUs + this.#limitUs > nowUs) break;
      this.fail(slot, timedOut, nowUs);
    }
  }

  /** An answer came: it is good if it came within the limit of the slot's intended start. */
  answer(slot: OpenSlot, finding: Finding, nowUs: number): void {
    if (nowUs - slot.dueUs >= this.#limitUs) this.fail(slot, timedOut, nowUs);
    else this.#close(slot, 'ok', undefined, finding, nowUs);
  }

  fail(slot: OpenSlot, error: LoadError, nowUs: number): void {
    this.#close(slot, error === timedOut ? 'timeout' : 'failed', errorText(error), nothing, nowUs);
  }

  #close(slot: OpenSlot, outcome: SlotOutcome, error: string | undefined, finding: Finding, doneUs: number): void {
    if (slot.row) return;
    slot.row = { slot: slot.slot, dueUs: slot.dueUs, startUs: slot.startUs, doneUs, outcome, error, ...finding };
    while (this.#open[0]?.row) this.#onRow(this.#open.shift()!.row!);
  }
}
