/** Runs the machine's programs. Every failure becomes one sentence with the program's own last words. */
import type { ExecaError, Options as ExecaOptions } from 'execa';
import { SetupError } from '../../../errors.ts';
import { log } from '../../../log/log.ts';

/** Loaded when the first program runs: commands that only list or plan run none. */
const library = () => import('execa');

/** A root shell entered by `su` lacks the folders that `ip`, `iptables` and `debootstrap` are in. */
const searchPath = `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`;

export interface CommandOptions {
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Each line that it prints, while it runs. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end and gives what it printed.
 * @throws SetupError naming the program and its last line where it fails; the signal's reason where it was aborted
 */
export async function run(program: string, argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const settings: ExecaOptions = {
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    all: true,
    ...(options.input !== undefined && { input: options.input }),
    ...(options.signal && { cancelSignal: options.signal }),
    env: { PATH: searchPath, ...options.env },
    ...(options.timeoutMs && { timeout: options.timeoutMs }),
  };
  // Neither the environment nor the input: both carry passwords.
  log.debug('command', { argv: [program, ...argv] });
  const startedMs = performance.now();
  try {
    const { execa } = await library();
    const running = execa(program, argv, settings);
    if (options.onLine) for await (const line of running.iterable({ from: 'all' })) options.onLine(String(line));
    const { stdout } = await running;
    return String(stdout ?? '');
  } catch (error) {
    const lastedMs = Math.round(performance.now() - startedMs);
    log.warn('command failed', { program, lastedMs, why: lastWords(error) });
    options.signal?.throwIfAborted();
    throw new SetupError(`${program} ${argv.slice(0, 4).join(' ')} failed: ${lastWords(error)}`, { cause: error });
  }
}

/** Everything that the program printed whose failure `run` threw; otherwise the error's own message. */
export function outputOf(error: unknown): string {
  const cause = error instanceof SetupError ? error.cause : undefined;
  if (isOfProgram(cause) && !cause.timedOut) return String(cause.all ?? '');
  return error instanceof Error ? error.message : String(error);
}

/** Thrown by the library where a program failed, or could not be started. */
const isOfProgram = (error: unknown): error is ExecaError => error instanceof Error && error.name === 'ExecaError';

/** The last line that says something, of what a failed program printed. */
function lastWords(error: unknown): string {
  if (!isOfProgram(error)) return String(error);
  const printed = String(error.all ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (error.timedOut) return 'it did not end in time';
  return printed.at(-1) ?? error.originalMessage ?? 'it said nothing';
}

/** Whether a program is in the search path. */
export async function hasProgram(program: string): Promise<boolean> {
  const { execa } = await library();
  const { exitCode } = await execa('sh', ['-c', 'command -v "$0"', program], {
    reject: false,
    stdio: 'ignore',
    env: { PATH: searchPath },
  });
  return exitCode === 0;
}

/** Whether this process runs in the build of an image. */
export const buildsImage = (): boolean => process.env.PGDRILL_IMAGE_BUILD === '1';

/**
 * Program and arguments of a long build: politely, and in mount and process namespaces of its own, so that no mount
 * and no process of it is left on the machine, however it ends. While an image is built the build's own container is
 * what keeps them, and it may make no namespaces: see `Dockerfile.lab`.
 */
export function contained(program: string, argv: readonly string[]): [string, string[]] {
  if (buildsImage()) return ['nice', ['-n', '15', program, ...argv]];
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  return ['unshare', [...namespaces, '--', 'nice', '-n', '15', program, ...argv]];
}
