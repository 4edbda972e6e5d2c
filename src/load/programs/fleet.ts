/** The client programs of a run: started before the load, stopped with it. */
import type { Clock } from '../../journal/clock.ts';
import { ClientProgram, type ProgramOptions } from './program.ts';
import type { ClientPlan } from './protocol.ts';

/** The command that a client program is, where it lies on this machine. */
export interface ClientCommandLine {
  readonly uses: string;
  readonly argv: readonly string[];
}

export interface FleetOptions {
  readonly plans: readonly ClientPlan[];
  /** As many as plans. */
  readonly commands: readonly ClientCommandLine[];
  /** The command that runs `argv` where the clients live. */
  readonly argv: (argv: readonly string[]) => readonly string[];
  readonly folder: string;
  readonly clock: Clock;
  readonly onDraft: ProgramOptions['onDraft'];
}

/** Requests begin this long after the command, so that a program has read it before. */
const leadUs = 300_000;
/** Programs that open their first connections at the same time: one whose log-ins have a short limit fails in a rush. */
const startingAtOnce = 4;
/** What a program may know of the environment of this process: no password or token of it. */
const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

export class ClientPrograms implements AsyncDisposable {
  /** Rejects with the SetupError of the first that does not become ready. */
  readonly ready: Promise<void>;
  readonly #programs: readonly ClientProgram[];
  readonly #clock: Clock;

  constructor({ plans, commands, argv, folder, clock, onDraft }: FleetOptions) {
    this.#clock = clock;
    const env = Object.fromEntries(passedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
    const programs: ClientProgram[] = [];
    for (const [program, plan] of plans.entries()) {
      const { uses, argv: command } = commands[program]!;
      const after = programs[program - startingAtOnce]?.ready;
      programs.push(
        new ClientProgram({ ...{ plan, program, uses, folder, clock, onDraft, env, after }, argv: argv(command) }),
      );
    }
    this.#programs = programs;
    this.ready = Promise.all(this.#programs.map(({ ready }) => ready)).then(() => {});
    this.ready.catch(() => {});
  }

  start(): void {
    const atUs = this.#clock.nowUs() + leadUs;
    for (const program of this.#programs) program.start(atUs);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#programs.map((program) => program[Symbol.asyncDispose]()));
  }
}
