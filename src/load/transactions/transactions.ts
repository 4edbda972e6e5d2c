/** All clients of the workload list-append. */
import type { IsolationLevel } from '../../isolation/levels.ts';
import type { Draft } from '../../journal/event.ts';
import { randomFrom } from '../../random.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Task, TaskOptions } from '../process/task.ts';
import { Batch } from '../writers/batch.ts';
import { connect } from '../writers/connect.ts';
import { errorText, type LoadError } from '../writers/outcome.ts';
import { every } from '../writers/pace.ts';
import { Tended } from '../writers/tended.ts';
import { type TransactionRow, transactionDraft } from './batch.ts';
import { TransactionClient } from './client.ts';
import { TransactionPlan } from './plan.ts';
import { beginSql, everyListSql, listsOf } from './sql.ts';

const clients = 10;
const defaultPerSecond = 100;
const tendEveryUs = 5_000;
/** The last read may take this long, however often it has to be tried. */
const lastReadWithinUs = 5_000_000;

export class Transactions implements Task {
  readonly #options: TaskOptions;
  readonly #endpoints: readonly Endpoint[];
  readonly #level: IsolationLevel;
  readonly #plan: TransactionPlan;
  readonly #clients: readonly TransactionClient[];
  readonly #rows = new Batch<TransactionRow, Draft<'txn'>>(transactionDraft);
  readonly #random: () => number;
  /** When each client begins its next transaction, µs; Infinity before the start and after the end. */
  readonly #dueUs = new Float64Array(clients).fill(Number.POSITIVE_INFINITY);
  readonly #tended = new Tended();

  constructor(options: TaskOptions) {
    this.#options = options;
    const { load, seed, transactionEndpoints } = options.plan;
    this.#endpoints = transactionEndpoints!;
    this.#level = load.isolation ?? 'serializable';
    this.#random = randomFrom(seed + 2);
    this.#plan = new TransactionPlan(randomFrom(seed + 3));
    this.#clients = Array.from({ length: clients }, (_, client) => {
      const endpoint = this.#endpoints[client % this.#endpoints.length]!;
      const { giveUpMs, reconnectMs } = load;
      const onDone = (row: TransactionRow) => this.#rows.add(row);
      return new TransactionClient({
        client,
        endpoint,
        level: this.#level,
        giveUpMs,
        reconnectMs,
        clock: options.clock,
        onDone,
      });
    });
  }

  async connect(onProblem: (text: string) => void): Promise<void> {
    const { pace, clock } = this.#options;
    pace.add(every(tendEveryUs, clock.nowUs(), (nowUs) => this.#tend(nowUs)));
    await this.#tended.connected(this.#clients, onProblem);
  }

  start(fromUs: number): void {
    for (let client = 0; client < clients; client++) this.#dueUs[client] = fromUs + this.#gapUs();
  }

  async stop(): Promise<void> {
    this.#dueUs.fill(Number.POSITIVE_INFINITY);
    await this.#tended.until(() => this.#clients.every(({ settled }) => settled));
    for (const client of this.#clients) client.close();
    await this.#readEveryList();
  }

  take(nowUs: number): Draft[] {
    const draft = this.#rows.take(nowUs);
    return draft ? [draft] : [];
  }

  #tend(nowUs: number): void {
    this.#clients.forEach((client, i) => {
      client.tend(nowUs);
      if (nowUs < this.#dueUs[i]! || !client.free) return;
      // A client that was held up does not catch up: what it missed would come as a storm of its own.
      this.#dueUs[i] = nowUs + this.#gapUs();
      client.run(this.#plan.next());
    });
    this.#tended.look();
  }

  /** Exponential: clients meet by chance, as those of an application do. */
  #gapUs(): number {
    const perSecond = (this.#options.plan.load.transactionsPerSecond ?? defaultPerSecond) / clients;
    return (-Math.log(1 - this.#random()) * 1_000_000) / perSecond;
  }

  /** A last transaction reads every list, so that the order of all appends is known. */
  async #readEveryList(): Promise<void> {
    const { clock } = this.#options;
    const endUs = clock.nowUs() + lastReadWithinUs;
    for (let error = await this.#tryLastRead(); error !== undefined; error = await this.#tryLastRead()) {
      if (clock.nowUs() >= endUs) return this.#noteFailedRead(error);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** @returns why it failed */
  async #tryLastRead(): Promise<LoadError | undefined> {
    const startUs = this.#options.clock.nowUs();
    // The primary's own service, which comes last.
    const endpoint = this.#endpoints.at(-1)!;
    try {
      const client = await connect(endpoint);
      try {
        await client.query(beginSql(this.#level));
        const { rows } = await client.query<[string]>({ text: everyListSql, rowMode: 'array' });
        await client.query('commit');
        this.#addLastRead(startUs, endpoint.name, listsOf(rows[0]![0]));
      } finally {
        await client.end();
      }
      return undefined;
    } catch (error) {
      return error as LoadError;
    }
  }

  #addLastRead(startUs: number, path: string, lists: ReadonlyMap<number, readonly number[]>): void {
    const operations = Array.from({ length: this.#plan.keys }, (_, key) => ({ key, read: lists.get(key) ?? [] }));
    const doneUs = this.#options.clock.nowUs();
    this.#rows.add({ client: clients, path, startUs, doneUs, outcome: 'ok', error: undefined, operations });
  }

  #noteFailedRead(error: LoadError): void {
    const nowUs = this.#options.clock.nowUs();
    const failed = {
      startUs: nowUs,
      doneUs: nowUs,
      outcome: 'failed',
      error: errorText(error),
      operations: [],
    } as const;
    this.#rows.add({ client: clients, path: this.#endpoints.at(-1)!.name, ...failed });
  }
}
