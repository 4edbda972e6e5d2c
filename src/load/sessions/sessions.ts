/** All sessions that read their own writes on replicas (`load.readYourWrites`). */
import type { Draft } from '../../journal/event.ts';
import { randomFrom } from '../../random.ts';
import type { Task, TaskOptions } from '../process/task.ts';
import { Batch } from '../writers/batch.ts';
import { every } from '../writers/pace.ts';
import { Tended } from '../writers/tended.ts';
import { type SessionRow, sessionDraft } from './batch.ts';
import { SessionClient } from './client.ts';

const sessions = 4;
/** The step at which a session that missed its write reads again. */
const tendEveryUs = 2_000;
/** How long the reads of the last writes may take when the load ends. */
const lastReadsWithinUs = 5_000_000;

export class Sessions implements Task {
  readonly #options: TaskOptions;
  readonly #clients: readonly SessionClient[];
  readonly #rows = new Batch<SessionRow, Draft<'session'>>(sessionDraft);
  readonly #random: () => number;
  /** When each session writes next, µs; Infinity before the start and after the end. */
  readonly #dueUs = new Float64Array(sessions).fill(Number.POSITIVE_INFINITY);
  readonly #tended = new Tended();

  constructor(options: TaskOptions) {
    this.#options = options;
    const { load, seed, sessionsBetween } = options.plan;
    const { giveUpMs, reconnectMs } = load;
    const [writeTo, readFrom] = sessionsBetween!;
    this.#random = randomFrom(seed + 5);
    const onDone = (row: SessionRow) => this.#rows.add(row);
    this.#clients = Array.from(
      { length: sessions },
      (_, client) =>
        new SessionClient({ client, writeTo, readFrom, giveUpMs, reconnectMs, clock: options.clock, onDone }),
    );
  }

  async connect(onProblem: (text: string) => void): Promise<void> {
    const { pace, clock } = this.#options;
    pace.add(every(tendEveryUs, clock.nowUs(), (nowUs) => this.#tend(nowUs)));
    await this.#tended.connected(this.#clients, onProblem);
  }

  start(fromUs: number): void {
    for (let client = 0; client < sessions; client++) this.#dueUs[client] = fromUs + this.#gapUs();
  }

  async stop(): Promise<void> {
    this.#dueUs.fill(Number.POSITIVE_INFINITY);
    const { clock } = this.#options;
    const endUs = clock.nowUs() + lastReadsWithinUs;
    await this.#tended.until(() => clock.nowUs() >= endUs || this.#clients.every(({ settled }) => settled));
    for (const client of this.#clients) client.close();
  }

  take(nowUs: number): Draft[] {
    const draft = this.#rows.take(nowUs);
    return draft ? [draft] : [];
  }

  #tend(nowUs: number): void {
    this.#clients.forEach((client, i) => {
      client.tend(nowUs);
      if (nowUs < this.#dueUs[i]! || !client.free) return;
      // A session that was held up does not catch up.
      this.#dueUs[i] = nowUs + this.#gapUs();
      client.write();
    });
    this.#tended.look();
  }

  /** Exponential: writes meet the replica's state by chance. */
  #gapUs(): number {
    const perSecond = this.#options.plan.load.readYourWrites! / sessions;
    return (-Math.log(1 - this.#random()) * 1_000_000) / perSecond;
  }
}
