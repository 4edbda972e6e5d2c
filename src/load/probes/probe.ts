/** Probe streams: a fixed-rate stream of tiny requests along one path, open loop. METRICS, "Availability". */
import type { Clock } from '../../journal/clock.ts';
import type { StreamPlan } from '../process/protocol.ts';
import { isBehind, waitingBriefly } from '../wire/behind.ts';
import type { Question } from '../wire/question.ts';
import type { SlotRow } from '../writers/batch.ts';
import { errorText, type LoadError } from '../writers/outcome.ts';
import { Session } from '../writers/session.ts';
import { type OpenSlot, Slots } from './slots.ts';

export interface ProbeOptions {
  readonly plan: StreamPlan;
  readonly question: Question;
  readonly clock: Clock;
  readonly onRow: (row: SlotRow) => void;
  /** Lateness of a start whose connection was free, µs: the instrument's own. */
  readonly onLate: (lateUs: number) => void;
}
export interface Probe {
  /** Makes the first connection. Resolves to an error where it failed; then it may be called again. */
  connect(): Promise<string | undefined>;
  /** Slots that nobody answered in time are over. */
  expire(nowUs: number): void;
  /** A slot is due. One that comes too late, because this thread was stalled, has timed out before it began. */
  tick(dueUs: number, nowUs: number): void;
  /** Whether every slot so far has its outcome. */
  readonly settled: boolean;
  close(): void;
}

/**
 * Between two attempts of a broken stream to connect, where the handshake is TLS's. One costs both ends milliseconds of CPU:
 * an attempt each slot would take a core from the system that is to recover. The end of an outage is as much less sharp.
 */
const tlsAttemptEveryUs = 100_000;

/**
 * A log-in that the server has begun to answer has a process there. Each one that hangs may take twice as long as the one
 * before it, up to this many times the limit of a slot, so that the processes left behind grow ever slower.
 */
const logInLimits = 8;

/** A stream with a kept connection. A slot that finds it busy queues behind it and is judged by its own start. */
export class KeptProbe implements Probe {
  readonly #options: ProbeOptions;
  readonly #slots: Slots;
  #session: Session | undefined;
  /** Since when the connection has been waiting for an answer: to a statement, or to its own login. */
  #waitingSinceUs: number | undefined;
  readonly #attemptEveryUs: number;
  #attemptAtUs = 0;
  /** The last statement was not answered with what it asked for: it may still be under way on the server. */
  #mayHang = false;
  /** How many times the limit of a slot the next log-in may take. */
  #logInTakes = 1;

  constructor(options: ProbeOptions) {
    this.#options = options;
    this.#attemptEveryUs = options.plan.endpoint.ca === undefined ? 0 : tlsAttemptEveryUs;
    this.#slots = new Slots(options.plan.limitUs, options.onRow);
  }
  get settled(): boolean {
    return this.#slots.settled;
  }

  connect(): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const session = this.#newSession();
    const limit = setTimeout(() => {
      session.cut();
      this.#broken();
      resolve('timeout');
    }, this.#options.plan.limitUs / 1000);
    session.connect((error) => {
      clearTimeout(limit);
      if (error) this.#broken();
      resolve(error && errorText(error));
    });
    return promise;
  }

  expire(nowUs: number): void {
    this.#slots.expire(nowUs);
    // A connection that hangs is cut, and the next slot tries again. One that was asked a moment ago by a slot that had
    // queued until the last moment does not hang: to cut it would prolong the outage.
    if (this.#waitingSinceUs === undefined || nowUs - this.#waitingSinceUs < this.#mayTakeUs) return;
    this.#mayHang = true;
    if (this.#session?.isBeingLoggedIn) this.#logInTakes = Math.min(logInLimits, 2 * this.#logInTakes);
    this.#session?.cut();
    this.#broken();
  }

  tick(dueUs: number, nowUs: number): void {
    const slot = this.#slots.open(dueUs);
    this.expire(nowUs);
    if (slot.row) return;
    const startsNow = this.#session?.free && this.#slots.waiting() === slot;
    if (this.#session) this.#askNext();
    else if (nowUs >= this.#attemptAtUs) this.#attempt(slot, nowUs);
    if (startsNow) this.#options.onLate(slot.startUs! - dueUs);
  }

  close(): void {
    this.#session?.end();
    this.#broken();
  }

  get #mayTakeUs(): number {
    const { limitUs } = this.#options.plan;
    return this.#session?.isBeingLoggedIn ? this.#logInTakes * limitUs : limitUs;
  }

  /** A slot's own attempt to connect: if it is refused, that slot has failed; the others wait for the next attempt. */
  #attempt(slot: OpenSlot, nowUs: number): void {
    slot.startUs = nowUs;
    this.#waitingSinceUs = nowUs;
    this.#attemptAtUs = nowUs + this.#attemptEveryUs;
    this.#newSession().connect((error) => {
      this.#waitingSinceUs = undefined;
      this.#logInTakes = 1;
      if (error) this.#fail(slot, error);
      this.#askNext();
    });
  }

  #askNext(): void {
    const slot = this.#session?.free ? this.#slots.waiting() : undefined;
    if (!slot) return;
    slot.asked = true;
    this.#waitingSinceUs = this.#options.clock.nowUs();
    slot.startUs ??= this.#waitingSinceUs;
    const { plan, question, clock } = this.#options;
    const sql = question.sql(slot.slot);
    this.#session!.ask(this.#mayHang ? waitingBriefly(sql, plan.limitUs) : sql, (error, answer) => {
      this.#waitingSinceUs = undefined;
      this.#mayHang = error !== undefined;
      if (isBehind(error)) slot.asked = false;
      else if (error) this.#fail(slot, error);
      else this.#slots.answer(slot, question.read(answer), clock.nowUs());
      this.#askNext();
    });
  }

  /** A slot that fails breaks its connection, whatever the server thinks of it: the first that works is kept. */
  #fail(slot: OpenSlot, error: LoadError): void {
    this.#slots.fail(slot, error, this.#options.clock.nowUs());
    this.#session?.end();
    this.#broken();
  }

  #newSession(): Session {
    this.#session = new Session(this.#options.plan.endpoint, () => this.#broken());
    return this.#session;
  }
  #broken(): void {
    this.#session = undefined;
    this.#waitingSinceUs = undefined;
  }
}

/** A stream that connects again for each slot, one in flight. */
export class FreshProbe implements Probe {
  readonly #options: ProbeOptions;
  readonly #slots: Slots;
  #session: Session | undefined;
  #holder: OpenSlot | undefined;
  /** As of a kept connection. */
  #mayHang = false;
  /** Since when a statement waits that ends unaided, should an earlier one be in its way. */
  #waitsBrieflySinceUs: number | undefined;

  constructor(options: ProbeOptions) {
    this.#options = options;
    this.#slots = new Slots(options.plan.limitUs, options.onRow);
  }
  get settled(): boolean {
    return this.#slots.settled;
  }

  /** There is no connection to keep. */
  connect(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  expire(nowUs: number): void {
    this.#slots.expire(nowUs);
    if (!this.#holder?.row) return;
    // Its session is then closed in order, and leaves nothing on the server.
    if (this.#waitsBrieflySinceUs !== undefined && nowUs - this.#waitsBrieflySinceUs < this.#options.plan.limitUs)
      return;
    this.#mayHang = true;
    this.#session?.cut();
    this.#startNext();
  }

  tick(dueUs: number, nowUs: number): void {
    const slot = this.#slots.open(dueUs);
    this.expire(nowUs);
    if (slot.row || this.#holder) return;
    this.#startNext();
    this.#options.onLate(slot.startUs! - dueUs);
  }

  close(): void {
    this.#session?.end();
    this.#holder = undefined;
  }

  #startNext(): void {
    const slot = this.#slots.waiting();
    this.#holder = slot;
    this.#waitsBrieflySinceUs = undefined;
    if (!slot) return;
    const { plan, clock } = this.#options;
    slot.asked = true;
    slot.startUs = clock.nowUs();
    const session = new Session(plan.endpoint, (error) => this.#finish(slot, session, error));
    this.#session = session;
    session.connect((error) => {
      if (error) this.#finish(slot, session, error);
      else this.#ask(slot, session);
    });
  }

  #ask(slot: OpenSlot, session: Session): void {
    const { plan, question, clock } = this.#options;
    const sql = question.sql(slot.slot);
    if (this.#mayHang) this.#waitsBrieflySinceUs = clock.nowUs();
    session.ask(this.#mayHang ? waitingBriefly(sql, plan.limitUs) : sql, (error, answer) => {
      this.#mayHang = error !== undefined;
      if (isBehind(error) && !slot.row) {
        this.#ask(slot, session);
        return;
      }
      if (!error) this.#slots.answer(slot, question.read(answer), clock.nowUs());
      this.#finish(slot, session, error);
    });
  }

  #finish(slot: OpenSlot, session: Session, error: LoadError | undefined): void {
    if (error) this.#slots.fail(slot, error, this.#options.clock.nowUs());
    session.end();
    this.#startNext();
  }
}
