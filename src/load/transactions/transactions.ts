/** All clients of the workload list-append. */
import { type IsolationLevel, levelOnStandby } from '../../isolation/levels.ts';
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
import { TransactionClient, type TransactionClientOptions } from './client.ts';
import { type PlannedOperation, TransactionPlan } from './plan.ts';
import { beginSql, everyListSql, listsOf } from './sql.ts';

const clients = 10;
const replicaClients = 5;
const defaultPerSecond = 100;
const tendEveryUs = 5_000;
/** The last read may take this long, however often it has to be tried. */
const lastReadWithinUs = 5_000_000;

/** A client, and what it runs next. */
interface Runner {
  readonly client: TransactionClient;
  readonly next: () => readonly PlannedOperation[];
  readonly perSecond: number;
  /** When it begins its next transaction, µs; Infinity before the start and after the end. */
  dueUs: number;
}

export class Transactions implements Task {
  readonly #options: TaskOptions;
  readonly #endpoints: readonly Endpoint[];
  readonly #level: IsolationLevel;
  readonly #plan: TransactionPlan;
  readonly #runners: readonly Runner[];
  readonly #rows = new Batch<TransactionRow, Draft<'txn'>>(transactionDraft);
  readonly #random: () => number;
  readonly #tended = new Tended();

  constructor(options: TaskOptions) {
    this.#options = options;
    const { load, seed, transactionEndpoints, replicaEndpoint } = options.plan;
    this.#endpoints = transactionEndpoints!;
    this.#level = load.isolation ?? 'serializable';
    this.#random = randomFrom(seed + 2);
    this.#plan = new TransactionPlan(randomFrom(seed + 3));
    const next = () => this.#plan.next();
    const perSecond = (load.transactionsPerSecond ?? defaultPerSecond) / clients;
    const onPrimary = Array.from({ length: clients }, (_, client) => {
      const endpoint = this.#endpoints[client % this.#endpoints.length]!;
      return this.#runner({ client, endpoint, level: this.#level }, next, perSecond);
    });
    const random = randomFrom(seed + 4);
    const reads = () => this.#plan.nextReads(random);
    const readsPerSecond = (load.replicaTransactionsPerSecond ?? defaultPerSecond) / replicaClients;
    const level = levelOnStandby(this.#level);
    const onReplicas = Array.from({ length: replicaEndpoint ? replicaClients : 0 }, (_, i) =>
      this.#runner({ client: clients + i, endpoint: replicaEndpoint!, level, readOnly: true }, reads, readsPerSecond),
    );
    this.#runners = [...onPrimary, ...onReplicas];
  }

  #runner(
    its: Pick<TransactionClientOptions, 'client' | 'endpoint' | 'level' | 'readOnly'>,
    next: Runner['next'],
    perSecond: number,
  ): Runner {
    const { clock, plan } = this.#options;
    const { giveUpMs, reconnectMs } = plan.load;
    const onDone = (row: TransactionRow) => this.#rows.add(row);
    const client = new TransactionClient({ ...its, giveUpMs, reconnectMs, clock, onDone });
    return { client, next, perSecond, dueUs: Number.POSITIVE_INFINITY };
  }

  get #clients(): readonly TransactionClient[] {
    return this.#runners.map(({ client }) => client);
  }

  async connect(onProblem: (text: string) => void): Promise<void> {
    const { pace, clock } = this.#options;
    pace.add(every(tendEveryUs, clock.nowUs(), (nowUs) => this.#tend(nowUs)));
    await this.#tended.connected(this.#clients, onProblem);
  }

  start(fromUs: number): void {
    for (const runner of this.#runners) runner.dueUs = fromUs + this.#gapUs(runner);
  }

  async stop(): Promise<void> {
    for (const runner of this.#runners) runner.dueUs = Number.POSITIVE_INFINITY;
    await this.#tended.until(() => this.#clients.every(({ settled }) => settled));
    for (const client of this.#clients) client.close();
    await this.#readEveryList();
  }

  take(nowUs: number): Draft[] {
    const draft = this.#rows.take(nowUs);
    return draft ? [draft] : [];
  }

  #tend(nowUs: number): void {
    for (const runner of this.#runners) {
      const { client, next } = runner;
      client.tend(nowUs);
      if (nowUs < runner.dueUs || !client.free) continue;
      // A client that was held up does not catch up: what it missed would come as a storm of its own.
      runner.dueUs = nowUs + this.#gapUs(runner);
      client.run(next());
    }
    this.#tended.look();
  }

  /** Exponential: clients meet by chance, as those of an application do. */
  #gapUs({ perSecond }: Runner): number {
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
    this.#addLast({ path, startUs, doneUs, outcome: 'ok', error: undefined, operations });
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
    this.#addLast({ path: this.#endpoints.at(-1)!.name, ...failed });
  }

  #addLast(row: Omit<TransactionRow, 'client'>): void {
    this.#rows.add({ client: this.#runners.length, ...row });
  }
}
