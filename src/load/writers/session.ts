/** One connection of the load or of a probe: one statement at a time, and the socket in hand so that it can be cut. */
import { Socket } from 'node:net';
import pg from 'pg';
import { serialize } from 'pg-protocol';
import type { Endpoint } from '../endpoint.ts';
import { Answers, type Row } from '../wire/answers.ts';
import { clientConfig } from './connect.ts';
import { endsSession, type LoadError, saysCommittedLocally } from './outcome.ts';

export interface Answer {
  readonly row: Row;
  /** A warning said that the wait for synchronous replication was cancelled. */
  readonly committedLocally: boolean;
}
/** Called once, with an error or an answer. */
type Answered = (error: LoadError | undefined, answer: Answer) => void;

/** The types of `pg` leave this out: the socket, or TLS over it. */
interface LoggedIn {
  readonly connection: { readonly stream: Socket };
}

/** Where plain sockets of this thread read into, each used up at once: else each answer would cost 64 KiB to allocate. */
const readInto = Buffer.alloc(65_536);

const noAnswer: Answer = { row: [], committedLocally: false };

/**
 * States: connecting → free ⇄ asked → gone. Statements go by the *simple* protocol: there the server commits before it
 * sends the tag, so the tag proves the commit (with the extended protocol an autocommit statement is tagged first and
 * committed at Sync); it is one message, so one round trip through any pooler. `pg` logs in, over TLS where that is asked,
 * and says goodbye; in between the connection is ours, since statements cost a load of many less so.
 */
export class Session {
  readonly #client: pg.Client;
  readonly #socket: Socket;
  readonly #onLost: (error: LoadError) => void;
  /** Both set once logged in. */
  #stream: Socket | undefined;
  #answers: Answers | undefined;
  #state: 'connecting' | 'free' | 'asked' | 'gone' = 'connecting';
  #answered: Answered | undefined;
  /** An error that left the session usable, reported once the server is ready for the next statement. */
  #heldError: LoadError | undefined;
  #committedLocally = false;

  /** @param onLost is called once if the connection breaks while nothing is asked; not after `cut` or `end` */
  constructor(endpoint: Endpoint, onLost: (error: LoadError) => void) {
    this.#onLost = onLost;
    const onread = { buffer: readInto, callback: (n: number) => this.#read(readInto.subarray(0, n)) };
    this.#socket = new Socket(endpoint.ca === undefined ? { onread } : {});
    this.#client = new pg.Client({ ...clientConfig(endpoint), stream: () => this.#socket });
    this.#client.on('error', (error) => this.#lose(error));
  }

  get free(): boolean {
    return this.#state === 'free';
  }

  /** The server has begun to answer a log-in and has not finished: it has a process for this connection. */
  get isBeingLoggedIn(): boolean {
    return this.#state === 'connecting' && this.#socket.bytesRead > 0;
  }

  /** Connects and logs in; `done` is called once, unless the session is cut before. */
  connect(done: (error: LoadError | undefined) => void): void {
    this.#client.connect((error: LoadError | null) => {
      if (this.#state !== 'connecting') return;
      if (error) this.cut();
      else this.#takeOver();
      done(error ?? undefined);
    });
  }

  /** Sends one statement, or several of which the last one answers; the session must be free. It is free again, or gone, when `answered` is called. */
  ask(sql: string, answered: Answered): void {
    this.#state = 'asked';
    this.#answered = answered;
    this.#heldError = undefined;
    this.#committedLocally = false;
    this.#send(serialize.query(sql));
  }

  /** Breaks the connection at once, and with it whatever was not sent yet. Nothing is called afterwards. */
  cut(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#answered = undefined;
    // A reset also drops what the kernel still holds, which would otherwise be delivered when a partition heals. A
    // socket that is still connecting knows no reset.
    if (this.#socket.connecting) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  /** Says goodbye and closes. Nothing is called afterwards. */
  end(): void {
    if (this.#state !== 'free') {
      this.cut();
      return;
    }
    this.#state = 'gone';
    this.#client.end(() => {});
  }

  #takeOver(): void {
    this.#state = 'free';
    this.#answers = new Answers({
      ready: (row) => this.#settle(this.#heldError, row),
      error: (error) => this.#hearError(error),
      notice: (notice) => {
        this.#committedLocally ||= saysCommittedLocally(notice);
      },
      wantsRows: () => this.#send(serialize.copyFail('the load sends no rows')),
    });
    const { stream } = (this.#client as unknown as LoggedIn).connection;
    const theirs = stream.listeners('data') as ((bytes: Buffer) => void)[];
    stream.on('data', (bytes: Buffer) => this.#answers!.take(bytes));
    for (const listener of theirs) stream.off('data', listener);
    this.#stream = stream;
  }

  /** What came on a plain socket; `pg` still gets what belongs to the log-in. */
  #read(bytes: Buffer): boolean {
    if (this.#answers) this.#answers.take(bytes);
    else this.#socket.emit('data', Buffer.from(bytes));
    return true;
  }

  /** What cannot be sent any more is not reported here: the end of the connection is. */
  #send(bytes: Buffer): void {
    if (this.#stream?.writable) this.#stream.write(bytes);
  }

  #hearError(error: LoadError): void {
    if (this.#state === 'asked' && !endsSession(error)) this.#heldError = error;
    else this.#lose(error);
  }

  #settle(error: LoadError | undefined, row: Row): void {
    const answered = this.#answered;
    if (this.#state !== 'asked' || !answered) return;
    this.#state = 'free';
    this.#answered = undefined;
    answered(error, error ? noAnswer : { row, committedLocally: this.#committedLocally });
  }

  #lose(error: LoadError): void {
    // While it connects, errors come to the callback of `connect`.
    if (this.#state === 'gone' || this.#state === 'connecting') return;
    const answered = this.#answered;
    this.cut();
    if (answered) answered(this.#heldError ?? error, noAnswer);
    else this.#onLost(error);
  }
}
