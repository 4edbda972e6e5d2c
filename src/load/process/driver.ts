/** The driver's end of the load process: starts it where the clients live, and hands on what it reports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../../errors.ts';
import { lastWords } from './last-words.ts';
import { type ClientArgv, sibling } from './place.ts';
import type { LoadCommand, LoadMessage, LoadPlan } from './protocol.ts';

export interface LoadOptions {
  readonly plan: LoadPlan;
  readonly argv: ClientArgv;
  /** The run's folder: what the process says on stderr goes to the log there. */
  readonly folder: string;
  /** `load.log` by default. */
  readonly log?: string;
  readonly onMessage: (message: Exclude<LoadMessage, { kind: 'ready' }>) => void;
  /** Kills the process. */
  readonly signal: AbortSignal;
  /** How long it may take until all clients have connected; 30 s by default. */
  readonly readyWithinMs?: number;
}

/** How much longer than its last requests the process may take to end. */
const stopMarginMs = 10_000;

/**
 * The load process. `ready`, `died` and `stop` reject with one SetupError if it ends before it was asked to.
 */
export class LoadProcess implements AsyncDisposable {
  /** Resolves once every writer and stream has connected. */
  readonly ready: Promise<void>;
  /** Never resolves; rejects if the process ends before it was asked to. */
  readonly died: Promise<never>;
  readonly #options: LoadOptions;
  readonly #child: ChildProcess;
  readonly #closed = Promise.withResolvers<void>();
  readonly #died = Promise.withResolvers<never>();
  readonly #becameReady = Promise.withResolvers<void>();
  #failure: Error | undefined;
  #stopping = false;
  #lastNote = '';
  #lastStderr = '';

  constructor(options: LoadOptions) {
    this.#options = options;
    const [program, ...argv] = options.argv([process.execPath, fileURLToPath(sibling('main'))]);
    // A process group of its own: Ctrl-C on the terminal is for the driver alone, which ends the load in good order.
    this.#child = spawn(program!, argv, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.died = this.#died.promise;
    this.ready = Promise.race([this.#awaitReady(), this.died]);
    // A rejection that nobody awaits must not end the process.
    for (const promise of [this.died, this.ready]) promise.catch(() => {});
    this.#watch();
    this.#read();
    this.#write(options.plan);
    options.signal.addEventListener('abort', this.kill, { once: true });
  }

  /** The process, or the command that runs it elsewhere; undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Begins load and probes. */
  start(): void {
    this.#write({ do: 'start' });
  }

  /** No new requests; resolves once each one so far has its outcome, all was reported, and the process has ended. */
  async stop(): Promise<void> {
    if (this.#failure) throw this.#failure;
    this.#stopping = true;
    this.#write({ do: 'stop' });
    const { load, streams } = this.#options.plan;
    const longestMs = Math.max(load.giveUpMs, ...streams.map(({ limitUs }) => limitUs / 1000));
    const late = setTimeout(this.kill, longestMs + stopMarginMs);
    await this.#closed.promise.finally(() => clearTimeout(late));
    if (this.#child.exitCode !== 0) throw this.#failure ?? this.#death();
  }

  /** Ends it at once, whatever it is doing. */
  kill = (): void => {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended in this moment.
    }
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    this.kill();
    await this.#closed.promise;
    this.#options.signal.removeEventListener('abort', this.kill);
  }

  #write(message: LoadPlan | LoadCommand): void {
    this.#child.stdin!.write(`${JSON.stringify(message)}\n`);
  }

  #read(): void {
    const log = createWriteStream(this.#logFile);
    // The log helps with debugging and is not evidence: write failures are ignored.
    log.on('error', () => {});
    this.#child.stderr!.pipe(log);
    this.#child.stderr!.on('data', (text: Buffer) => {
      this.#lastStderr = `${this.#lastStderr}${text}`.slice(-2000);
    });
    // Its death is reported by `died`, not by the pipe that it left.
    this.#child.stdin!.on('error', () => {});
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#hear(JSON.parse(line) as LoadMessage));
  }

  #hear(message: LoadMessage): void {
    if (message.kind === 'ready') {
      this.#becameReady.resolve();
      return;
    }
    if (message.kind === 'note') this.#lastNote = message.text;
    try {
      this.#options.onMessage(message);
    } catch (error) {
      // What the load saw cannot be kept (the disk is full, say): then it is of no use to go on.
      this.#fail(error as Error);
      this.kill();
    }
  }

  async #awaitReady(): Promise<void> {
    const withinMs = this.#options.readyWithinMs ?? 30_000;
    const late = setTimeout(() => {
      const why = this.#lastNote || 'no attempt was refused, and none was answered either';
      const expected = `expected all clients of the load to connect within ${withinMs / 1000} s`;
      this.#becameReady.reject(new SetupError(`${expected}, but ${why}; see that the database and its poolers are up`));
    }, withinMs);
    await Promise.race([this.#becameReady.promise, this.#closed.promise]).finally(() => clearTimeout(late));
  }

  #watch(): void {
    this.#child.once('error', (error) => {
      this.#fail(new SetupError(`the load process cannot be started: ${error.message}`, { cause: error }));
      this.#closed.resolve();
    });
    this.#child.once('close', () => {
      if (this.#options.signal.aborted) this.#fail(this.#options.signal.reason as Error);
      else if (!this.#stopping) this.#fail(this.#death());
      this.#closed.resolve();
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#died.reject(this.#failure);
  }

  #death(): SetupError {
    const { exitCode, signalCode } = this.#child;
    const how = signalCode ? `was ended by ${signalCode}` : `ended with code ${exitCode}`;
    const said = lastWords(this.#lastStderr);
    return new SetupError(
      `the load process ${how} before it was done${said ? `: ${said}` : ''} (see ${this.#logFile})`,
    );
  }

  get #logFile(): string {
    return join(this.#options.folder, this.#options.log ?? 'load.log');
  }
}

/** Starts the load process; it connects on its own, and waits for `start`. */
export const startLoad = (options: LoadOptions): LoadProcess => new LoadProcess(options);
