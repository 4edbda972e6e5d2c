/**
 * A proxy between a client program and a PostgreSQL that does, at known times, what a failover does to connections, and
 * notes each write that passes: the witness that the program's own report is held against.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../journal/clock.ts';
import {
  boundIntegers,
  errorResponse,
  type Frame,
  Frames,
  flush,
  gssRequest,
  readyForQuery,
  sslRequest,
  writtenIntegers,
} from './frames.ts';

/**
 * What happens to connections.
 *
 * - `answer`: each write gets this error, and the server nothing.
 * - `reset`: connections are reset, and new ones too. `refuse`: as `reset`, and before it everybody gets this error.
 * - `blackhole`: nothing passes and nothing is closed.
 * - `lose-answer`: the server commits, and the connection is reset before the answer.
 * - `lose-commit`: the client gets the command tag, then the connection is reset, and the server has committed nothing.
 */
export type Mode =
  | { readonly does: 'pass' | 'reset' | 'blackhole' | 'lose-answer' | 'lose-commit' }
  | {
      readonly does: 'answer' | 'refuse-log-in' | 'refuse';
      readonly severity: 'ERROR' | 'FATAL';
      readonly code: string;
      readonly message: string;
    };

/** One time that a write came by. */
export interface Passed {
  readonly worker: number;
  readonly op: number;
  /** When its last message came, and when its answer came from the server, µs; the answer may never. */
  readonly cameUs: number;
  answeredUs: number | undefined;
  /** What was done to it. */
  readonly mode: Mode['does'];
  /** The error that it was answered with by this proxy. */
  readonly code: string | undefined;
}

export class TrialProxy implements AsyncDisposable {
  readonly passed: Passed[] = [];
  readonly #target: { readonly host: string; readonly port: number };
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #sessions = new Set<TrialSession>();
  #mode: Mode = { does: 'pass' };

  private constructor(target: { host: string; port: number }, clock: Clock) {
    this.#target = target;
    this.#clock = clock;
    this.#server = createServer({ noDelay: true }, (client) => this.#accept(client));
  }

  /** On a free port of the loopback. */
  static async listen(target: { host: string; port: number }, clock: Clock): Promise<TrialProxy> {
    const proxy = new TrialProxy(target, clock);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    proxy.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    await promise;
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  get mode(): Mode {
    return this.#mode;
  }

  set mode(mode: Mode) {
    const before = this.#mode;
    this.#mode = mode;
    for (const session of [...this.#sessions]) {
      if (mode.does === 'refuse') session.say(errorResponse(mode.severity, mode.code, mode.message));
      // What a partition held back ends as a failover ends it.
      if (mode.does === 'reset' || mode.does === 'refuse' || before.does === 'blackhole') session.reset();
    }
  }

  note(worker: number, op: number, code?: string): Passed {
    const passed = { worker, op, cameUs: this.#clock.nowUs(), answeredUs: undefined, mode: this.#mode.does, code };
    this.passed.push(passed);
    return passed;
  }
  nowUs(): number {
    return this.#clock.nowUs();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions) session.reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    const session = new TrialSession(this, client, () => connect({ ...this.#target, noDelay: true }));
    this.#sessions.add(session);
    client.on('close', () => this.#sessions.delete(session));
    if (this.#mode.does === 'reset' || this.#mode.does === 'refuse') session.reset();
  }
}

class TrialSession {
  readonly #proxy: TrialProxy;
  readonly #client: Socket;
  readonly #connect: () => Socket;
  readonly #fromClient = new Frames(false);
  readonly #fromServer = new Frames(true);
  #server: Socket | undefined;
  #loggedIn = false;
  /** The write that is on its way to the server. */
  #asked: Passed | undefined;
  /** Worker and op of the last Bind, and whether it is to be executed. */
  #bound: number[] = [];
  #held: Buffer[] = [];

  constructor(proxy: TrialProxy, client: Socket, connectServer: () => Socket) {
    this.#proxy = proxy;
    this.#client = client;
    this.#connect = connectServer;
    client.on('error', () => {});
    client.on('close', () => this.#server?.destroy());
    client.on('data', (bytes: Buffer) => {
      for (const frame of this.#fromClient.take(bytes)) this.#hearClient(frame);
    });
  }

  say(bytes: Buffer): void {
    if (this.#client.writable) this.#client.write(bytes);
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server?.resetAndDestroy();
  }

  #hearClient(frame: Frame): void {
    const { does } = this.#proxy.mode;
    if (does === 'blackhole') return;
    if (frame.type === '') this.#begin(frame);
    else if (this.#loggedIn) this.#hearStatement(frame);
    else this.#server?.write(frame.bytes);
  }

  #begin({ bytes }: Frame): void {
    const code = bytes.readInt32BE(4);
    if (code === sslRequest || code === gssRequest) {
      this.say(Buffer.from('N'));
      return;
    }
    this.#fromClient.becomeTyped();
    const { mode } = this.#proxy;
    if (mode.does === 'refuse-log-in') {
      this.say(errorResponse(mode.severity, mode.code, mode.message));
      this.#client.end();
      return;
    }
    this.#server = this.#connect();
    this.#server.on('error', () => {});
    this.#server.on('data', (answer: Buffer) => {
      // Before a byte of it is passed on: this process may wait for a processor between the two.
      const cameUs = this.#proxy.nowUs();
      for (const frame of this.#fromServer.take(answer)) this.#hearServer(frame, cameUs);
    });
    this.#server.on('close', () => {
      if (this.#proxy.mode.does !== 'blackhole') this.#client.destroySoon();
    });
    this.#server.write(bytes);
  }

  #hearStatement(frame: Frame): void {
    if (frame.type === 'B') this.#bound = boundIntegers(frame);
    this.#held.push(frame.bytes);
    const isWhole = frame.type === 'S' || frame.type === 'Q' || frame.type === 'X' || frame.type === 'H';
    if (!isWhole) return;
    const held = this.#held;
    this.#held = [];
    const [worker, op] = frame.type === 'Q' ? writtenIntegers(frame) : this.#bound;
    const isWrite = worker !== undefined && op !== undefined && (frame.type === 'S' || frame.type === 'Q');
    this.#bound = [];
    const { mode } = this.#proxy;
    if (mode.does === 'answer' && frame.type !== 'X' && frame.type !== 'H') {
      if (isWrite) this.#proxy.note(worker, op, mode.code).answeredUs = this.#proxy.nowUs();
      this.say(errorResponse(mode.severity, mode.code, mode.message));
      if (mode.severity === 'FATAL') this.#client.end();
      else this.say(readyForQuery);
      return;
    }
    if (isWrite) this.#asked = this.#proxy.note(worker, op);
    if (isWrite && mode.does === 'lose-commit' && frame.type === 'S') held[held.length - 1] = flush;
    this.#server?.write(Buffer.concat(held));
  }

  #hearServer({ type, bytes }: Frame, cameUs: number): void {
    const asked = this.#asked;
    if (this.#proxy.mode.does === 'blackhole') return;
    if (asked?.mode === 'lose-answer') {
      if (type === 'Z') this.reset();
      return;
    }
    this.say(bytes);
    if (asked?.mode === 'lose-commit' && type === 'C') {
      asked.answeredUs = cameUs;
      // The tag is to arrive before the reset.
      setTimeout(() => this.reset(), 20);
    }
    if (type !== 'Z') return;
    this.#loggedIn = true;
    if (asked) asked.answeredUs = cameUs;
    this.#asked = undefined;
  }
}
