/** One session of an application: it writes on the primary, and looks for what it wrote on a replica at once. */
import { lsnBytes } from '../../postgres/lsn.ts';
import type { Endpoint } from '../endpoint.ts';
import { Link, type LinkOptions } from '../writers/link.ts';
import { errorText, type LoadError, outcomeOfSent } from '../writers/outcome.ts';
import type { Answer } from '../writers/session.ts';
import type { SessionRow } from './batch.ts';
import { floorSql, readSql, writeSql } from './sql.ts';

export interface SessionClientOptions extends Omit<LinkOptions, 'endpoint'> {
  readonly client: number;
  readonly writeTo: Endpoint;
  readonly readFrom: Endpoint;
  readonly onDone: (row: SessionRow) => void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** An acknowledged write that no read has found yet. */
interface Sought extends Mutable<SessionRow> {
  readonly value: number;
  /** The primary was asked for the floor, and has answered or not. */
  hasFloor: boolean;
}

export class SessionClient {
  readonly #options: SessionClientOptions;
  readonly #writer: Link;
  readonly #reader: Link;
  #value = 0;
  #isWriting = false;
  #sought: Sought[] = [];

  constructor(options: SessionClientOptions) {
    this.#options = options;
    this.#writer = new Link({ ...options, endpoint: options.writeTo });
    this.#reader = new Link({ ...options, endpoint: options.readFrom });
  }

  get connected(): boolean {
    return this.#writer.connected && this.#reader.connected;
  }
  get lastError(): string | undefined {
    return this.#writer.lastError ?? this.#reader.lastError;
  }
  get free(): boolean {
    return !this.#isWriting && this.#writer.free;
  }
  /** Whether every write has its outcome, and was found if it was acknowledged. */
  get settled(): boolean {
    return !this.#isWriting && this.#sought.length === 0;
  }

  /** Writes, and then reads until the write is found; the client must be free. */
  write(): void {
    const startUs = this.#options.clock.nowUs();
    const value = ++this.#value;
    this.#isWriting = true;
    this.#writer.ask(writeSql(this.#options.client, value), (error, answer) => {
      this.#isWriting = false;
      const written = this.#written(value, startUs, error, answer);
      if (error) {
        this.#finish(written);
        return;
      }
      this.#sought.push(written);
      this.#writer.ask(floorSql, (_, floor) => {
        written.floor = floor?.row[0] ? lsnBytes(floor.row[0]) : 0;
        written.hasFloor = true;
        this.#finishFound();
      });
      this.#read();
    });
  }

  /** Gives up what takes too long, reconnects, and reads again. To be called every few ms. */
  tend(nowUs: number): void {
    this.#writer.tend(nowUs);
    this.#reader.tend(nowUs);
    this.#read();
  }

  /** Writes that were not found by now are done as they are. */
  close(): void {
    for (const sought of this.#sought) this.#finish(sought);
    this.#sought = [];
    this.#writer.close();
    this.#reader.close();
  }

  #written(value: number, startUs: number, error: LoadError | undefined, answer: Answer | undefined): Sought {
    const { client, writeTo, clock } = this.#options;
    const ackUs = clock.nowUs();
    return {
      ...{ client, path: writeTo.name, startUs, ackUs, doneUs: ackUs, value, floor: 0, hasFloor: false, misses: 0 },
      outcome: error ? outcomeOfSent(error) : answer!.committedLocally ? 'okLocal' : 'ok',
      error: error && errorText(error),
      ...{ readUs: undefined, missedUs: undefined, missedAt: 0, foundUs: undefined, server: undefined },
    };
  }

  #read(): void {
    if (!this.#reader.free || !this.#sought.some(({ foundUs }) => foundUs === undefined)) return;
    const { client, clock } = this.#options;
    const startUs = clock.nowUs();
    this.#reader.ask(readSql(client), (error, answer) => {
      if (error) return;
      const [value, replayed, server] = answer!.row;
      const at = { startUs, value: Number(value ?? 0), replayed: replayed ? lsnBytes(replayed) : 0 };
      for (const sought of this.#sought) look(sought, { ...at, server: server ?? undefined });
      this.#finishFound();
      // What was acknowledged while this read was under way has its first read now.
      if (this.#sought.some(({ readUs }) => readUs === undefined)) this.#read();
    });
  }

  #finishFound(): void {
    const isDone = ({ foundUs, hasFloor }: Sought) => foundUs !== undefined && hasFloor;
    for (const sought of this.#sought.filter(isDone)) this.#finish(sought);
    this.#sought = this.#sought.filter((sought) => !isDone(sought));
  }

  #finish({ value, hasFloor, ...row }: Sought): void {
    this.#options.onDone({ ...row, doneUs: this.#options.clock.nowUs() });
  }
}

interface Seen {
  readonly startUs: number;
  readonly value: number;
  /** Bytes; 0: the instance is not a replica. */
  readonly replayed: number;
  readonly server: string | undefined;
}

/** What a read says of a write: nothing where it began before the acknowledgement. */
function look(sought: Sought, { startUs, value, replayed, server }: Seen): void {
  if (startUs < sought.ackUs || sought.foundUs !== undefined) return;
  if (sought.readUs === undefined) Object.assign(sought, { readUs: startUs, server });
  if (value >= sought.value) {
    sought.foundUs = startUs;
    return;
  }
  sought.misses++;
  sought.missedUs = startUs;
  sought.missedAt = Math.max(sought.missedAt, replayed);
}
