/** One client of the workload list-append: one transaction at a time, statement by statement, each at most once. */
import type { TransactionOutcome } from '../../isolation/history.ts';
import type { IsolationLevel } from '../../isolation/levels.ts';
import type { Clock } from '../../journal/clock.ts';
import type { Endpoint } from '../endpoint.ts';
import { errorText, type LoadError, outcomeOfSent, timedOut } from '../writers/outcome.ts';
import { type Answer, Session } from '../writers/session.ts';
import type { DoneOperation, TransactionRow } from './batch.ts';
import type { PlannedOperation } from './plan.ts';
import { beginSql, elementsOf, operationSql } from './sql.ts';

export interface TransactionClientOptions {
  readonly client: number;
  readonly endpoint: Endpoint;
  readonly level: IsolationLevel;
  readonly giveUpMs: number;
  readonly reconnectMs: number;
  readonly clock: Clock;
  readonly onDone: (row: TransactionRow) => void;
}

/** A transaction that is under way. */
interface UnderWay {
  readonly planned: readonly PlannedOperation[];
  readonly done: DoneOperation[];
  readonly startUs: number;
  /** Before that nothing can have been committed. */
  commitSent: boolean;
}

export class TransactionClient {
  readonly #options: TransactionClientOptions;
  #session: Session | undefined;
  #isConnecting = false;
  #attemptUs = 0;
  #nextAttemptUs = 0;
  #underWay: UnderWay | undefined;
  /** Why there is no connection. */
  lastError: string | undefined;

  constructor(options: TransactionClientOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#session !== undefined && !this.#isConnecting;
  }
  get free(): boolean {
    return this.#underWay === undefined && (this.#session?.free ?? false);
  }
  get settled(): boolean {
    return this.#underWay === undefined;
  }

  /** Runs a transaction; the client must be free. */
  run(planned: readonly PlannedOperation[]): void {
    this.#underWay = { planned, done: [], startUs: this.#options.clock.nowUs(), commitSent: false };
    this.#ask(beginSql(this.#options.level), () => this.#next());
  }

  /** Gives up what takes too long, and reconnects where it is time. To be called every few ms. */
  tend(nowUs: number): void {
    const limitUs = this.#options.giveUpMs * 1000;
    if (this.#underWay && nowUs - this.#underWay.startUs >= limitUs) this.#lose(timedOut);
    else if (this.#isConnecting && nowUs - this.#attemptUs >= limitUs) this.#lose(timedOut);
    else if (!this.#session && nowUs >= this.#nextAttemptUs) this.#connect(nowUs);
  }

  close(): void {
    this.#session?.end();
    this.#session = undefined;
    this.#nextAttemptUs = Number.POSITIVE_INFINITY;
  }

  #connect(nowUs: number): void {
    [this.#isConnecting, this.#attemptUs] = [true, nowUs];
    this.#session = new Session(this.#options.endpoint, (error) => this.#lose(error));
    this.#session.connect((error) => {
      this.#isConnecting = false;
      this.lastError = error && errorText(error);
      if (error) this.#lose(error);
    });
  }

  /** Sends the next statement of the transaction, the commit last. */
  #next(): void {
    const { planned, done } = this.#underWay!;
    const operation = planned[done.length];
    if (!operation) {
      this.#underWay!.commitSent = true;
      this.#ask('commit', () => this.#finish('ok'));
      return;
    }
    this.#ask(operationSql(operation), ({ row }) => {
      done.push('append' in operation ? operation : { key: operation.key, read: elementsOf(row[0]) });
      this.#next();
    });
  }

  #ask(sql: string, then: (answer: Answer) => void): void {
    const session = this.#session!;
    session.ask(sql, (error, answer) => {
      if (!error) then(answer!);
      else if (session.free) this.#rollBack(session, error);
      else this.#lose(error);
    });
  }

  /** The statement was refused: the transaction is aborted, and the session goes on. */
  #rollBack(session: Session, error: LoadError): void {
    const outcome = this.#outcomeOf(error);
    session.ask('rollback', (again) => {
      this.#finish(outcome, error);
      if (again && !session.free) this.#lose(again);
    });
  }

  /** The connection is lost, or has to be. */
  #lose(error: LoadError): void {
    this.#session?.cut();
    this.#session = undefined;
    this.#isConnecting = false;
    this.lastError = errorText(error);
    this.#nextAttemptUs = this.#options.clock.nowUs() + this.#options.reconnectMs * 1000;
    if (this.#underWay) this.#finish(this.#outcomeOf(error), error);
  }

  /** PostgreSQL commits a transaction block by `commit` alone: without one nothing has happened. */
  #outcomeOf(error: LoadError): TransactionOutcome {
    return this.#underWay!.commitSent ? outcomeOfSent(error) : 'failed';
  }

  #finish(outcome: TransactionOutcome, error?: LoadError): void {
    const { planned, done, startUs } = this.#underWay!;
    this.#underWay = undefined;
    const { client, endpoint, clock, onDone } = this.#options;
    onDone({
      client,
      path: endpoint.name,
      startUs,
      doneUs: clock.nowUs(),
      outcome,
      error: error && errorText(error),
      // What was not sent is recorded too: if one of its elements were ever read, that would be an anomaly.
      operations: planned.map(
        (operation, i) => done[i] ?? ('append' in operation ? operation : { ...operation, read: undefined }),
      ),
    });
  }
}
