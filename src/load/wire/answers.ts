/** What a server answers to statements of the simple protocol, out of the bytes as they come. */
import { EventEmitter } from 'node:events';
import { parse } from 'pg-protocol';
import type { LoadError } from '../writers/outcome.ts';

/** The first row of an answer, its values as text. */
export type Row = readonly (string | null)[];

/** What is reported of an answer. */
export interface Hears {
  /** The server is ready again: a row that came before may not have been committed. Empty where no row came. */
  ready(row: Row): void;
  /** As soon as it arrives, even without a request. */
  error(error: LoadError): void;
  notice(notice: { readonly message?: string | undefined }): void;
  /** The server waits for the rows of a COPY. */
  wantsRows(): void;
}

/** Of the messages that `pg-protocol` makes, what is used here. */
interface Message {
  readonly name: string;
  /** Bytes of the message without its type. */
  readonly length: number;
  readonly fields?: Row;
}

/**
 * Hears the answers on one connection. Nearly all of them are whole in one chunk and have one row: those are read here,
 * without the objects and events that `pg` makes of each message. Whatever is unusual goes to `pg-protocol`.
 */
export class Answers {
  readonly #hears: Hears;
  readonly #others = new EventEmitter();
  /** Bytes that `pg-protocol` has got and not made a message of yet. */
  #pendingBytes = 0;
  /** Of the statement that is being answered, and of the last one that was. */
  #open: Row | undefined;
  #row: Row | undefined;

  constructor(hears: Hears) {
    this.#hears = hears;
    void parse(this.#others as unknown as NodeJS.ReadableStream, (message) => this.#hear(message as Message));
  }

  /** @param bytes what came, in the order in which it came; it may begin and end within a message. They are not kept */
  take(bytes: Buffer): void {
    const row = this.#pendingBytes === 0 && !this.#row && !this.#open ? plainAnswer(bytes) : undefined;
    if (row) {
      this.#hears.ready(row);
      return;
    }
    this.#pendingBytes += bytes.length;
    this.#others.emit('data', Buffer.from(bytes));
  }

  #hear(message: Message): void {
    this.#pendingBytes -= message.length + 1;
    if (message.name === 'dataRow') this.#open ??= message.fields;
    else if (message.name === 'commandComplete') this.#ended();
    else if (message.name === 'readyForQuery') this.#ready();
    else if (message.name === 'error') this.#hears.error(message as unknown as LoadError);
    else if (message.name === 'notice') this.#hears.notice(message as LoadError & Message);
    else if (message.name === 'copyInResponse') this.#hears.wantsRows();
  }

  /** Of several statements in one message the last one answers. */
  #ended(): void {
    this.#row = this.#open;
    this.#open = undefined;
  }

  #ready(): void {
    const row = this.#row ?? [];
    this.#row = undefined;
    this.#open = undefined;
    this.#hears.ready(row);
  }
}

const code = (letter: string): number => letter.charCodeAt(0);
const rowDescription = code('T');
const dataRow = code('D');
const commandComplete = code('C');
const readyForQuery = code('Z');
const headBytes = 5;

/**
 * The row of an answer that is whole in `bytes` and built from RowDescription, DataRow, CommandComplete and ReadyForQuery;
 * undefined for any other. Formats: https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function plainAnswer(bytes: Buffer): Row | undefined {
  const rowAt = after(bytes, 0, rowDescription);
  const tagAt = after(bytes, rowAt, dataRow);
  const readyAt = after(bytes, tagAt, commandComplete);
  return after(bytes, readyAt, readyForQuery) === bytes.length ? valuesOf(bytes, rowAt + headBytes) : undefined;
}

/** Where the message at `at` ends, if it is of this type and its head has arrived; NaN if not. */
function after(bytes: Buffer, at: number, type: number): number {
  return at + headBytes <= bytes.length && bytes[at] === type ? at + 1 + bytes.readUInt32BE(at + 1) : Number.NaN;
}

function valuesOf(bytes: Buffer, from: number): Row {
  const values: (string | null)[] = new Array(bytes.readUInt16BE(from));
  let at = from + 2;
  for (let i = 0; i < values.length; i++) {
    const length = bytes.readInt32BE(at);
    at += 4;
    values[i] = length < 0 ? null : bytes.toString('utf8', at, at + length);
    at += Math.max(0, length);
  }
  return values;
}
