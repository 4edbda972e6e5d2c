/** One client program: started, listened to with suspicion, and ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { SetupError } from '../../errors.ts';
import type { Clock } from '../../journal/clock.ts';
import type { Draft } from '../../journal/event.ts';
import { connectDraft, type OpRow, opDraft } from '../writers/batch.ts';
import { CpuTime } from './cpu-time.ts';
import { LinesHeard } from './lines-heard.ts';
import { deathWords, lastWords, loginRow, parseMessage, StampCheck } from './messages.ts';
import type { ClientCommand, ClientMessage, ClientPlan, ClientRow } from './protocol.ts';
import { ProgramFault, Requests } from './rows.ts';
import { Silence } from './silence.ts';

type ClientDraft = Draft<'op' | 'connect' | 'client' | 'clientpool' | 'clientend'>;

export interface ProgramOptions {
  readonly plan: ClientPlan;
  /** Its number among the programs of the run. */
  readonly program: number;
  /** The adapter or executable, as the scenario names it. */
  readonly uses: string;
  /** The command with its arguments, as it runs where the clients live. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The run's folder: what the program writes to stderr is kept there. */
  readonly folder: string;
  readonly clock: Clock;
  readonly onDraft: (draft: ClientDraft) => void;
  /** It is given its plan once this has settled, so that not all programs log in at once. */
  readonly after?: Promise<unknown> | undefined;
  readonly readyWithinMs?: number;
  readonly silentAtMostMs?: number;
}

const readyWithinMs = 60_000;
/** A program reports at least once a second; a machine that is busy delays it. */
const silentAtMostMs = 15_000;
/** How much longer than its last requests it may take to end. */
const stopMarginMs = 5_000;
const stderrMost = 1_000_000;
export class ClientProgram implements AsyncDisposable {
  readonly name: string;
  /** Rejects with a SetupError where it is not ready in time. */
  readonly ready: Promise<void>;
  readonly #options: ProgramOptions;
  readonly #child: ChildProcess;
  readonly #requests: Requests;
  readonly #lines: LinesHeard;
  readonly #cpu: CpuTime;
  readonly #ready = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #lateness = createHistogram();
  readonly #stamps = new StampCheck();
  readonly #silence: Silence;
  /** When each worker was done with its last request, µs. */
  readonly #freeUs = new Map<number, number>();
  #state: 'starting' | 'ready' | 'running' | 'stopping' | 'ended' = 'starting';
  #trouble: string | undefined;
  #hasSaidEnd = false;
  #startedUs = 0;
  #lastStderr = '';

  constructor(options: ProgramOptions) {
    const { plan, argv, env } = options;
    this.#options = options;
    this.name = plan.name;
    this.#requests = new Requests(plan);
    this.#lines = new LinesHeard(
      (line) => this.#hear(line),
      (why) => this.#end(why),
    );
    const mostMs = options.silentAtMostMs ?? silentAtMostMs;
    this.#silence = new Silence(mostMs, () => this.#end(`reported nothing for ${mostMs / 1000} s`));
    const [program, ...rest] = argv;
    // A process group of its own, so that whatever it starts ends with it.
    this.#child = spawn(program!, rest, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env });
    this.#cpu = new CpuTime(this.#child.pid);
    this.ready = this.#ready.promise;
    this.ready.catch(() => {});
    this.#watch();
    const { after = Promise.resolve(), readyWithinMs: within = readyWithinMs } = options;
    void after.catch(() => {}).then(() => this.#begin(within));
  }

  #begin(within: number): void {
    if (this.#state !== 'starting') return;
    this.#write(this.#options.plan);
    const late = setTimeout(() => this.#end(`was not ready within ${within / 1000} s`), within);
    void this.ready.catch(() => {}).finally(() => clearTimeout(late));
  }

  /** What keeps its results from being relied on; undefined where nothing does. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  start(atUs: number): void {
    if (this.#state !== 'ready') return;
    this.#state = 'running';
    this.#startedUs = this.#options.clock.nowUs();
    this.#requests.start(atUs);
    this.#write({ do: 'start', atUs });
    this.#cpu.begin();
    this.#heard();
  }

  /** No new requests; resolves once it has ended, or was ended. */
  async stop(): Promise<void> {
    if (this.#state === 'running' || this.#state === 'ready') {
      this.#requests.stop(this.#options.clock.nowUs());
      this.#state = 'stopping';
      this.#write({ do: 'stop' });
      this.#child.stdin?.end();
    }
    const { giveUpMs } = this.#options.plan;
    const late = setTimeout(() => {
      this.#end(`did not end within ${(giveUpMs + stopMarginMs) / 1000} s of being asked to`);
    }, giveUpMs + stopMarginMs);
    await this.#closed.promise.finally(() => clearTimeout(late));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state !== 'ended') this.#state = 'stopping';
    this.#kill();
    await this.#closed.promise;
  }

  #watch(): void {
    const child = this.#child;
    let bytes = 0;
    const log = createWriteStream(join(this.#options.folder, `client-${this.name}.log`));
    log.on('error', () => {});
    child.stderr!.on('data', (text: Buffer) => {
      this.#lastStderr = `${this.#lastStderr}${text}`.slice(-2_000);
      if (bytes < stderrMost) log.write(text.subarray(0, stderrMost - bytes));
      bytes += text.length;
    });
    child.stderr!.on('close', () => log.end());
    child.stdout!.on('data', (bytes: Buffer) => this.#lines.take(bytes));
    child.stdin!.on('error', () => {});
    child.once('error', (error) => {
      this.#trouble ??= `cannot be started: ${error.message}`;
      this.#conclude();
    });
    // What it started may hold its pipes open, and must not outlive it.
    child.once('exit', () => this.#kill());
    child.once('close', () => this.#conclude());
  }

  #write(message: ClientPlan | ClientCommand): void {
    if (this.#child.stdin?.writable) this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #heard(): void {
    if (this.#state === 'running') this.#silence.heard();
    else this.#silence.end();
  }

  #hear(line: string): void {
    const nowUs = this.#options.clock.nowUs();
    try {
      const message = parseMessage(line);
      this.#stamps.note(message.t, nowUs);
      this.#cpu.look();
      this.#heard();
      this.#act(message, nowUs);
    } catch (error) {
      if (!(error instanceof ProgramFault)) throw error;
      this.#end(error.message);
    }
  }

  #act(message: ClientMessage, nowUs: number): void {
    const { plan } = this.#options;
    const { name } = this;
    if (this.#hasSaidEnd) throw new ProgramFault(`went on after its end with a message ${message.kind}`);
    if ((message.kind === 'ready') !== (this.#state === 'starting'))
      throw new ProgramFault(
        `sent ${message.kind} where ${this.#state === 'starting' ? 'ready' : 'anything else'} was expected`,
      );
    if (message.kind === 'ready') this.#becomeReady(message);
    else if (message.kind === 'op') this.#takeRows(message.rows, nowUs);
    else if (message.kind === 'login' && message.rows.length > 0)
      this.#record(
        connectDraft(
          message.rows.map((row) => loginRow(row, plan, nowUs)),
          nowUs,
        ),
      );
    else if (message.kind === 'pool') {
      const { open, idle, waiting } = message;
      this.#record({ kind: 'clientpool', tUs: nowUs, name, open, idle, waiting });
    } else if (message.kind === 'end') this.#hasSaidEnd = true;
  }

  #becomeReady({ versions, settings }: Extract<ClientMessage, { kind: 'ready' }>): void {
    const { plan, program, uses, clock } = this.#options;
    const { name, workers, ratePerSecond, path } = plan;
    this.#state = 'ready';
    this.#record({
      kind: 'client',
      tUs: clock.nowUs(),
      ...{ name, program, uses, workers, ratePerSecond, path, versions },
      settings: { ...plan.settings, ...settings },
    });
    this.#ready.resolve();
  }

  /** Where the journal cannot be written, the load process ends the run; here it only must not end this process. */
  #record(draft: ClientDraft): void {
    try {
      this.#options.onDraft(draft);
    } catch (error) {
      this.#end(`could not be recorded: ${(error as Error).message}`);
    }
  }

  /** What comes before a row that cannot be is kept, so that the journal has each request once. */
  #takeRows(said: readonly ClientRow[], nowUs: number): void {
    const rows: OpRow[] = [];
    try {
      for (const row of said) rows.push(this.#requests.take(row, nowUs));
    } finally {
      for (const row of rows) this.#noteLateness(row);
      if (rows.length > 0) this.#record(opDraft(rows, nowUs));
    }
  }

  #noteLateness({ worker, dueUs, sentUs, doneUs }: OpRow): void {
    const freeUs = Math.max(dueUs, this.#freeUs.get(worker) ?? 0);
    if (sentUs !== undefined) this.#lateness.record(Math.max(1, Math.round(sentUs - freeUs)));
    this.#freeUs.set(worker, Math.max(freeUs, doneUs));
  }

  /** It is not to be listened to any more. */
  #end(why: string): void {
    if (this.#state === 'ended' || this.#trouble !== undefined) return;
    this.#trouble = why;
    this.#kill();
  }

  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    this.#cpu.look();
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended, and so has all that it started.
    }
  }

  #conclude(): void {
    if (this.#state === 'ended') return;
    const before = this.#state;
    this.#state = 'ended';
    this.#silence.end();
    const { exitCode } = this.#child;
    const isDone = this.#hasSaidEnd && exitCode === 0 && before === 'stopping';
    const how = this.#trouble !== undefined ? 'killed' : isDone ? 'done' : 'exited';
    this.#trouble ??= isDone ? this.#doneTrouble : deathWords(this.#child, before === 'stopping');
    this.#ready.reject(
      new SetupError(
        `the client program ${this.name} ${this.#trouble}${lastWords(this.#lastStderr)} (see client-${this.name}.log)`,
      ),
    );
    if (before !== 'starting' && this.#startedUs > 0) this.#report(how);
    this.#closed.resolve();
  }

  get #doneTrouble(): string | undefined {
    const { gap } = this.#requests;
    if (gap !== undefined) return `left out a request (${gap}) and reported later ones of the same worker`;
    return this.#stamps.trouble;
  }

  #report(how: 'done' | 'killed' | 'exited'): void {
    const nowUs = this.#options.clock.nowUs();
    const rows = this.#requests.missing(nowUs, how === 'done' && this.#requests.gap === undefined);
    if (rows.length > 0) this.#record(opDraft(rows, nowUs));
    const late = (share: number): number => (this.#lateness.count > 0 ? this.#lateness.percentile(share) : 0);
    const words = how === 'done' ? '' : lastWords(this.#lastStderr);
    const trouble = this.#trouble === undefined ? {} : { trouble: `${this.#trouble}${words}` };
    this.#record({
      ...{ kind: 'clientend', tUs: nowUs, name: this.name, how, ...trouble },
      ...{ due: this.#requests.countBy(nowUs), unreported: rows.length },
      ...{ lateP50Us: late(50), lateP99Us: late(99), lateMaxUs: this.#lateness.count > 0 ? this.#lateness.max : 0 },
      ...{ cpuUs: this.#cpu.usedUs, wallUs: Math.max(0, nowUs - this.#startedUs) },
      ...(this.#stamps.leastDelayUs !== undefined && { reportDelayUs: this.#stamps.leastDelayUs }),
    });
  }
}
