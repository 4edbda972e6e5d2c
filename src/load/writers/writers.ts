/** All writers of the load, on their open-loop schedule. */
import type { Draft } from '../../journal/event.ts';
import { randomFrom } from '../../random.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Task, TaskOptions } from '../process/task.ts';
import { Batch, type ConnectRow, connectDraft, type OpRow, opDraft } from './batch.ts';
import { every, type Source } from './pace.ts';
import { arrivals } from './schedule.ts';
import { Tended } from './tended.ts';
import { Writer } from './writer.ts';

const tendEveryUs = 10_000;
/** The first connections are made one after the other, so as not to begin with a storm. */
const connectEveryUs = 2_000;

/** A list of endpoints that begins with another for each worker. */
function from(all: readonly Endpoint[], worker: number): [Endpoint, ...Endpoint[]] {
  const first = worker % all.length;
  return [...all.slice(first), ...all.slice(0, first)] as [Endpoint, ...Endpoint[]];
}

export class Writers implements Task {
  readonly #options: TaskOptions;
  readonly #writers: readonly Writer[];
  readonly #ops = new Batch<OpRow, Draft<'op'>>(opDraft);
  readonly #connects = new Batch<ConnectRow, Draft<'connect'>>(connectDraft);
  #stopped = false;
  readonly #tended = new Tended();

  constructor(options: TaskOptions) {
    this.#options = options;
    const { plan, clock } = options;
    const { firstWorker = 0 } = plan;
    const random = randomFrom(plan.seed + 1);
    const firstUs = clock.nowUs();
    this.#writers = Array.from(
      { length: plan.load.writers + plan.load.openSessions },
      (_, i) =>
        new Writer({
          worker: firstWorker + i,
          ...(i < plan.load.writers
            ? { endpoints: from(plan.writerEndpoints, firstWorker + i) }
            : { endpoints: [plan.sessionEndpoint!], staysAway: true }),
          load: plan.load,
          clock,
          connectAtUs: firstUs + i * connectEveryUs,
          random,
          onOp: (row) => this.#ops.add(row),
          onConnect: (row) => this.#connects.add(row),
        }),
    );
  }

  async connect(onProblem: (text: string) => void): Promise<void> {
    this.#options.pace.add(every(tendEveryUs, this.#options.clock.nowUs(), (nowUs) => this.#tend(nowUs)));
    await this.#tended.connected(this.#writers, onProblem);
  }

  start(fromUs: number): void {
    // Where all writers are elsewhere, no write is ever due here.
    if (this.#writers.length > 0) this.#options.pace.add(this.#schedule(fromUs));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const writer of this.#writers) writer.abandonRetries();
    await this.#tended.until(() => this.#writers.every(({ settled }) => settled));
    for (const writer of this.#writers) writer.close();
  }

  take(nowUs: number): Draft[] {
    return [this.#ops.take(nowUs), this.#connects.take(nowUs)].filter((draft) => draft !== undefined);
  }

  #schedule(fromUs: number): Source {
    const { plan, onLate } = this.#options;
    const due = arrivals({ ...plan.load, workers: this.#writers.length, seed: plan.seed });
    let next = due.next().value;
    return {
      dueUs: () => (this.#stopped ? Number.POSITIVE_INFINITY : fromUs + next.dueUs),
      fire: (nowUs) => {
        const dueUs = fromUs + next.dueUs;
        if (this.#writers[next.worker]!.due(dueUs, nowUs)) onLate(nowUs - dueUs);
        next = due.next().value;
      },
    };
  }

  #tend(nowUs: number): void {
    for (const writer of this.#writers) writer.tend(nowUs);
    this.#tended.look();
  }
}
