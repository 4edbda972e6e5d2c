/** The inputs of a synthetic journal. Times are seconds on the run's clock. */
import type { EventOf, Stream } from './event.ts';
import type { Down, OpRow, SlotRow } from './synthetic-load.ts';

export interface SyntheticOptions {
  readonly name?: string;
  /** How long load and probes run. */
  readonly seconds?: number;
  readonly durability?: string;
  readonly limits?: EventOf<'run'>['limits'];
  /** Of the header, beside what the writes show. */
  readonly load?: EventOf<'run'>['load'];
  /** Between two slots of a stream, µs. */
  readonly stepUs?: number;
  /** Added to every time of the journal, µs. */
  readonly shiftUs?: number;
}

export type DownInput = readonly [number, number] | Down | readonly Down[];

export interface StreamInput {
  readonly path?: Stream['path'];
  readonly fresh?: boolean;
  readonly retries?: boolean;
  readonly stepUs?: number;
  readonly down?: DownInput;
  readonly serviceUs?: number;
  /** The load's time is `seconds`; a stream may end earlier. */
  readonly until?: number;
  /** Who answers from when on: pg-1 at first, and pg-3 the reads. */
  readonly servers?: readonly (readonly [from: number, address: string])[];
  /** Changes single slots after they were made up. */
  readonly change?: (rows: SlotRow[]) => void;
}
export interface WritesInput {
  readonly perSecond?: number;
  readonly workers?: number;
  readonly serviceUs?: number;
  readonly down?: DownInput;
  /** When another server, on the next timeline, took over. */
  readonly switches?: readonly number[];
  readonly change?: (rows: OpRow[]) => void;
}
export interface FaultInput {
  readonly at: number;
  readonly heal?: number;
  readonly target?: string;
}
export interface LedgerInput {
  readonly instance?: string;
  readonly role?: 'primary' | 'replica';
  readonly at?: number;
  /** Keys [worker, op] that were acknowledged and yet are not there. */
  readonly without?: readonly (readonly [number, number])[];
  /** Keys that the ledger holds beside the acknowledged ones. */
  readonly with?: readonly (readonly [number, number])[];
  /** Keys that the ledger holds twice. */
  readonly twice?: readonly (readonly [number, number])[];
}
