/** For tests only: a writer on a test server, with what it reports kept. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startClock } from '../journal/clock.ts';
import { loadSchema } from '../scenario/load.ts';
import type { TestServer } from './test-server.ts';
import type { ConnectRow, OpRow } from './writers/batch.ts';
import { Writer } from './writers/writer.ts';

const clock = startClock();

export class TestWriter {
  readonly ops: OpRow[] = [];
  readonly connects: ConnectRow[] = [];
  readonly writer: Writer;
  readonly #tending: NodeJS.Timeout;

  /** Worker 7, which connects at once, gives up after 300 ms and comes back after 20. */
  constructor(server: TestServer, { profile, staysAway = false }: { profile?: string; staysAway?: boolean } = {}) {
    this.writer = new Writer({
      worker: 7,
      endpoints: [server.endpoint('pooler-1')],
      load: loadSchema.parse({ writers: 1, ratePerSecond: 1, giveUpMs: 300, reconnectMs: 20, profile }),
      staysAway,
      clock,
      connectAtUs: 0,
      random: () => 0.5,
      onOp: (row) => this.ops.push(row),
      onConnect: (row) => this.connects.push(row),
    });
    this.#tending = setInterval(() => this.writer.tend(clock.nowUs()), 5);
  }

  /** Asks for one write, due now; true where it was sent at once. */
  write(): boolean {
    return this.writer.due(clock.nowUs(), clock.nowUs());
  }

  async connected(): Promise<void> {
    await until(() => this.writer.connected);
  }

  async settled(): Promise<void> {
    await until(() => this.writer.settled);
  }

  async ended(count: number): Promise<void> {
    await until(() => this.ops.length === count);
  }

  close(): void {
    clearInterval(this.#tending);
    this.writer.close();
  }
}

export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(5);
}
