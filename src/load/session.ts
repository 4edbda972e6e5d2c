/** One connection of the load or of a probe: one statement at a time, and the socket in hand so that it can be cut. */
import { Socket } from 'node:net';
import pg from 'pg';
import type { Endpoint } from '../stacks/stack.ts';
import { clientConfig } from './connect.ts';
import { endsSession, type LoadError, saysCommittedLocally } from './outcome.ts';
import { Statement } from './statement.ts';

export interface Answer {
  /** The first row, its values as text. */
  readonly row: readonly (string | null)[];
  /** A warning said that the wait for synchronous replication was cancelled. */
  readonly committedLocally: boolean;
}
/** Called once, with an error or an answer. */
type Answered = (error: LoadError | undefined, answer: Answer) => void;

const noAnswer: Answer = { row: [], committedLocally: false };

/**
 * States: connecting → free ⇄ asked → gone. Statements go by the *simple* protocol: there the server commits before it
 * sends the tag, so the tag proves the commit (with the extended protocol an autocommit statement is tagged first and
 * committed at Sync); it is one message, so one round trip through any pooler; and it costs `pg` a sixth less.
 */
export class Session {
  readonly #client: pg.Client;
  readonly #socket = new Socket();
  readonly #onLost: (error: LoadError) => void;
  #state: 'connecting' | 'free' | 'asked' | 'gone' = 'connecting';
  #answered: Answered | undefined;
  /** An error that left the session usable, told once the server is ready for the next statement. */
  #heldError: LoadError | undefined;
  #committedLocally = false;

  /** @param onLost is called once if the connection breaks while nothing is asked; not after `cut` or `end` */
  constructor(endpoint: Endpoint, onLost: (error: LoadError) => void) {
    this.#onLost = onLost;
    this.#client = new pg.Client({ ...clientConfig(endpoint), stream: () => this.#socket });
    this.#client.on('error', (error) => this.#lose(error));
    this.#client.on('notice', (notice) => {
      this.#committedLocally ||= saysCommittedLocally(notice);
    });
    this.#client.on('drain', () => this.#settle(this.#heldError));
  }

  get free(): boolean {
    return this.#state === 'free';
  }

  /** Connects and logs in; `done` is called once, unless the session is cut before. */
  connect(done: (error: LoadError | undefined) => void): void {
    this.#client.connect((error: LoadError | null) => {
      if (this.#state !== 'connecting') return;
      if (error) this.cut();
      else this.#state = 'free';
      done(error ?? undefined);
    });
  }

  /** Sends one statement, or several of which the last one answers; the session must be free. It is free again, or gone, when `answered` is called. */
  ask(sql: string, answered: Answered): void {
    this.#state = 'asked';
    this.#answered = answered;
    this.#heldError = undefined;
    this.#committedLocally = false;
    const statement = new Statement(sql, (error, row) => {
      if (this.#state !== 'asked') return;
      if (!error) this.#settle(undefined, row);
      else if (endsSession(error)) this.#lose(error);
      else this.#heldError = error;
    });
    this.#client.query(statement);
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

  #settle(error: LoadError | undefined, row: Answer['row'] = []): void {
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
