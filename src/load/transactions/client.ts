/** One client of the workload list-append: one transaction at a time, statement by statement, each at most once. */
import type { TransactionOutcome } from '../../isolation/history.ts';
import type { IsolationLevel } from '../../isolation/levels.ts';
import { Link, type LinkOptions } from '../writers/link.ts';
import { errorText, type LoadError, outcomeOfSent, timedOut } from '../writers/outcome.ts';
import type { Answer } from '../writers/session.ts';
import type { DoneOperation, TransactionRow } from './batch.ts';
import type { PlannedOperation } from './plan.ts';
import { beginSql, elementsOf, operationSql } from './sql.ts';

export interface TransactionClientOptions extends LinkOptions {
  readonly client: number;
  readonly level: IsolationLevel;
  /** It asks for transactions that only read. */
  readonly readOnly?: boolean;
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
  readonly #link: Link;
  #underWay: UnderWay | undefined;

  constructor(options: TransactionClientOptions) {
    this.#options = options;
    this.#link = new Link(options);
  }

  get connected(): boolean {
    return this.#link.connected;
  }
  get lastError(): string | undefined {
    return this.#link.lastError;
  }
  get free(): boolean {
    return this.settled && this.#link.free;
  }
  get settled(): boolean {
    return this.#underWay === undefined;
  }

  /** Runs a transaction; the client must be free. */
  run(planned: readonly PlannedOperation[]): void {
    this.#underWay = { planned, done: [], startUs: this.#options.clock.nowUs(), commitSent: false };
    const { level, readOnly } = this.#options;
    this.#ask(beginSql(level, readOnly), () => this.#next());
  }

  /** Gives up a transaction that takes too long, and reconnects where it is time. To be called every few ms. */
  tend(nowUs: number): void {
    if (this.#underWay && nowUs - this.#underWay.startUs >= this.#options.giveUpMs * 1000) {
      this.#link.cut(timedOut);
      this.#finish(this.#outcomeOf(timedOut), timedOut);
    } else this.#link.tend(nowUs);
  }

  close(): void {
    this.#link.close();
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
    this.#link.ask(sql, (error, answer) => {
      if (!error) then(answer!);
      else if (this.#link.free) this.#rollBack(error);
      else this.#finish(this.#outcomeOf(error), error);
    });
  }

  /** The statement was refused: the transaction is aborted, and the session goes on. */
  #rollBack(error: LoadError): void {
    const outcome = this.#outcomeOf(error);
    this.#link.ask('rollback', () => this.#finish(outcome, error));
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
