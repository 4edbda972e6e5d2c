/** The driver's end of a forwarder that runs where the clients live. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../../errors.ts';
import { beside, type ClientArgv } from '../process/place.ts';
import type { Destination } from './forwarder.ts';

const readyWithinMs = 10_000;

export class LateAddress implements AsyncDisposable {
  /** Reachable where the clients live, and nowhere else. */
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** @throws SetupError where it does not start */
  static async start(argv: ClientArgv, to: Destination): Promise<LateAddress> {
    const [program, ...rest] = argv([process.execPath, fileURLToPath(beside(import.meta.url, 'main'))]);
    // A process group of its own: Ctrl-C on the terminal is for the driver, which ends it with the run.
    const child = spawn(program!, rest, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    child.stdin!.on('error', () => {});
    child.stdin!.write(`${JSON.stringify(to)}\n`);
    try {
      return new LateAddress(child, await portOf(child));
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Where new connections lead from now on; open ones stay where they are. */
  point(to: Destination): void {
    this.#child.stdin!.write(`${JSON.stringify(to)}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin!.end();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 2_000);
    await closed.finally(() => clearTimeout(late));
  }
}

function portOf(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const fail = (why: string): void => reject(new SetupError(`the address of the path late cannot be opened: ${why}`));
  const late = setTimeout(() => fail(`no port within ${readyWithinMs / 1000} s`), readyWithinMs);
  child.once('error', ({ message }) => fail(message));
  child.once('exit', (code, signal) => fail(`its process ended with ${signal ?? `code ${code}`}`));
  createInterface({ input: child.stdout! }).once('line', (line) =>
    resolve((JSON.parse(line) as { port: number }).port),
  );
  return promise.finally(() => clearTimeout(late));
}
