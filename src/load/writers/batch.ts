/** Rows are collected into the batches of the journal here: columns of integers, texts by their index. */
import { type Draft, type Outcome, outcomes, type SlotOutcome, slotOutcomes } from '../../journal/event.ts';

/** A write whose outcome is known. Times are µs on the run's clock. */
export interface OpRow {
  readonly worker: number;
  readonly op: number;
  /** The op of the first attempt of the same request. */
  readonly request: number;
  readonly dueUs: number;
  readonly lateUs: number;
  /** Undefined: never sent. */
  readonly sentUs: number | undefined;
  readonly doneUs: number;
  readonly outcome: Outcome;
  readonly error: string | undefined;
  readonly server: string | undefined;
  readonly timeline: number;
  readonly lsn: number;
}
/** What a client did once, on a path: a connection, a transaction. */
export interface AttemptRow<O extends string> {
  readonly client: number;
  readonly path: string;
  readonly startUs: number;
  readonly doneUs: number;
  readonly outcome: O;
  readonly error: string | undefined;
}
export type ConnectRow = AttemptRow<SlotOutcome>;
export interface SlotRow {
  readonly slot: number;
  readonly dueUs: number;
  /** Undefined: never started. */
  readonly startUs: number | undefined;
  readonly doneUs: number;
  readonly outcome: SlotOutcome;
  readonly error: string | undefined;
  readonly server: string | undefined;
  readonly saw: number;
}

/** The texts of one batch: each is kept once, and rows hold its index. */
export class Texts {
  readonly list: string[] = [];
  readonly #indexes = new Map<string, number>();

  index(text: string | undefined): number {
    if (text === undefined) return -1;
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    this.#indexes.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}

/** Rows of one kind until they are taken as one batch. */
export class Batch<Row, D extends Draft> {
  #rows: Row[] = [];
  readonly #toDraft: (rows: readonly Row[], tUs: number) => D;

  constructor(toDraft: (rows: readonly Row[], tUs: number) => D) {
    this.#toDraft = toDraft;
  }
  add(row: Row): void {
    this.#rows.push(row);
  }
  /** Everything since the last time, or nothing where there was no row. */
  take(tUs: number): D | undefined {
    const rows = this.#rows;
    if (rows.length === 0) return undefined;
    this.#rows = [];
    return this.#toDraft(rows, tUs);
  }
}

export function opDraft(rows: readonly OpRow[], tUs: number): Draft<'op'> {
  const errors = new Texts();
  const servers = new Texts();
  const baseUs = rows[0]!.dueUs;
  return {
    kind: 'op',
    tUs,
    n: rows.length,
    baseUs,
    worker: rows.map((row) => row.worker),
    op: rows.map((row) => row.op),
    ...(rows.some(({ op, request }) => op !== request) && { request: rows.map((row) => row.request) }),
    due: rows.map((row) => row.dueUs - baseUs),
    late: rows.map((row) => row.lateUs),
    sent: rows.map((row) => (row.sentUs === undefined ? -1 : row.sentUs - row.dueUs)),
    done: rows.map((row) => row.doneUs - row.dueUs),
    outcome: rows.map((row) => outcomes.indexOf(row.outcome)),
    error: rows.map((row) => errors.index(row.error)),
    errors: errors.list,
    server: rows.map((row) => servers.index(row.server)),
    servers: servers.list,
    timeline: rows.map((row) => row.timeline),
    lsn: rows.map((row) => row.lsn),
  };
}

/** The columns that lines of attempts share. @param all the outcomes, which rows hold by index */
export function attemptColumns<O extends string>(rows: readonly AttemptRow<O>[], all: readonly O[]) {
  const errors = new Texts();
  const paths = new Texts();
  const baseUs = rows[0]!.startUs;
  return {
    n: rows.length,
    baseUs,
    client: rows.map((row) => row.client),
    path: rows.map((row) => paths.index(row.path)),
    paths: paths.list,
    start: rows.map((row) => row.startUs - baseUs),
    took: rows.map((row) => row.doneUs - row.startUs),
    outcome: rows.map((row) => all.indexOf(row.outcome)),
    error: rows.map((row) => errors.index(row.error)),
    errors: errors.list,
  };
}

export const connectDraft = (rows: readonly ConnectRow[], tUs: number): Draft<'connect'> => ({
  kind: 'connect',
  tUs,
  ...attemptColumns(rows, slotOutcomes),
});

/** @param rows consecutive slots of one stream */
export function probeDraft(stream: string, stepUs: number, rows: readonly SlotRow[], tUs: number): Draft<'probe'> {
  const errors = new Texts();
  const servers = new Texts();
  return {
    kind: 'probe',
    tUs,
    n: rows.length,
    stream,
    firstSlot: rows[0]!.slot,
    fromUs: rows[0]!.dueUs,
    stepUs,
    late: rows.map((row) => (row.startUs === undefined ? -1 : row.startUs - row.dueUs)),
    took: rows.map((row) => row.doneUs - row.dueUs),
    outcome: rows.map((row) => slotOutcomes.indexOf(row.outcome)),
    error: rows.map((row) => errors.index(row.error)),
    errors: errors.list,
    server: rows.map((row) => servers.index(row.server)),
    servers: servers.list,
    saw: rows.map((row) => row.saw),
  };
}
