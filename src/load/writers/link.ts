/** A connection that is made again when it is lost: one statement at a time, each sent at most once. */
import type { Clock } from '../../journal/clock.ts';
import type { Endpoint } from '../endpoint.ts';
import { errorText, type LoadError, timedOut } from './outcome.ts';
import { type Answer, Session } from './session.ts';

export interface LinkOptions {
  readonly endpoint: Endpoint;
  /** An attempt to connect, or a statement, that takes longer is given up. */
  readonly giveUpMs: number;
  readonly reconnectMs: number;
  readonly clock: Clock;
}
type Answered = (error: LoadError | undefined, answer?: Answer) => void;

export class Link {
  readonly #options: LinkOptions;
  #session: Session | undefined;
  #isConnecting = false;
  /** When the attempt to connect began, or the statement was sent. */
  #sinceUs = 0;
  #nextAttemptUs = 0;
  #answered: Answered | undefined;
  /** Why it is not connected. */
  lastError: string | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#session !== undefined && !this.#isConnecting;
  }
  /** Whether a statement can be sent now. */
  get free(): boolean {
    return this.#session?.free ?? false;
  }

  /** Sends a statement; the link must be free. `answered` is called once, unless the link is cut or closed before. */
  ask(sql: string, answered: Answered): void {
    const session = this.#session!;
    this.#answered = answered;
    this.#sinceUs = this.#options.clock.nowUs();
    session.ask(sql, (error, answer) => {
      this.#answered = undefined;
      if (error && !session.free) this.cut(error);
      answered(error, answer);
    });
  }

  /** Breaks the connection; a statement that is under way is not answered. */
  cut(error: LoadError): void {
    this.#session?.cut();
    this.#session = undefined;
    this.#isConnecting = false;
    this.#answered = undefined;
    this.lastError = errorText(error);
    this.#nextAttemptUs = this.#options.clock.nowUs() + this.#options.reconnectMs * 1000;
  }

  /** Gives up what takes too long, and reconnects where it is time. To be called every few ms. */
  tend(nowUs: number): void {
    const isLate = nowUs - this.#sinceUs >= this.#options.giveUpMs * 1000;
    if (isLate && (this.#isConnecting || this.#answered)) {
      const answered = this.#answered;
      this.cut(timedOut);
      answered?.(timedOut);
    } else if (!this.#session && nowUs >= this.#nextAttemptUs) this.#connect(nowUs);
  }

  close(): void {
    this.#session?.end();
    this.#session = undefined;
    this.#answered = undefined;
    this.#nextAttemptUs = Number.POSITIVE_INFINITY;
  }

  #connect(nowUs: number): void {
    [this.#isConnecting, this.#sinceUs] = [true, nowUs];
    this.#session = new Session(this.#options.endpoint, (error) => this.cut(error));
    this.#session.connect((error) => {
      this.#isConnecting = false;
      this.lastError = error && errorText(error);
      if (error) this.cut(error);
    });
  }
}
