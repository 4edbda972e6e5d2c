/** Runs a command of this program in a container of the lab, as if it ran here: same folder, same output, same code. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { SetupError } from '../errors.ts';
import { isCheckout } from '../project/own-name.ts';
import { packageRoot } from '../project/own-spec.ts';
import { copyIn, copyOut } from './copy.ts';
import { whyNotStarted } from './engine.ts';
import { insidePath, insideWord, mountOption, type Shared, sharedFolders } from './folders.ts';
import { ensureImage } from './image.ts';
import { go, interrupt, type Order, type Report, Splitter } from './protocol.ts';

/** The container is found by this label, whatever became of the program that started it. */
const label = 'dev.pgdrill=lab';

/**
 * @param words the command line
 * @param out folder of runs
 * @param progress called with each step of building the image
 * @returns the exit code
 * @throws SetupError where the image or the container cannot be had, or the folder of runs not be written
 */
export async function runInContainer(
  words: readonly string[],
  out: string,
  progress: (line: string) => void,
): Promise<number> {
  const cwd = process.cwd();
  const runs = resolve(out);
  await writable(runs);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  try {
    const image = await ensureImage(progress, stop.signal);
    const plan: Plan = { image, words, shared: sharedFolders(cwd, runs), cwd, runs, signal: stop.signal };
    return (await attempt(plan, 'mounted')) ?? (await attempt(plan, 'copied'))!;
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}

interface Plan {
  readonly image: string;
  readonly words: readonly string[];
  readonly shared: readonly Shared[];
  readonly cwd: string;
  readonly runs: string;
  readonly signal: AbortSignal;
}

/** @returns the exit code; undefined where the engine does not see this machine’s folders, as one of another machine */
async function attempt(plan: Plan, how: 'mounted' | 'copied'): Promise<number | undefined> {
  const { signal, runs, shared } = plan;
  signal.throwIfAborted();
  const name = `pgdrill-lab-${randomBytes(3).toString('hex')}`;
  // A file that the container sees only where the engine mounts this very folder. It is gone before the drill begins, so
  // that a command that is killed leaves none.
  const proof = join(runs, `.pgdrill-${randomBytes(6).toString('hex')}`);
  await writeFile(proof, '');
  // In a process group of its own: Ctrl-C reaches the drill by our word alone, once.
  const child = spawn('docker', dockerArgs(plan, how, name, proof), {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  const onAbort = () => child.stdin.write(`${interrupt}\n`);
  signal.addEventListener('abort', onAbort);
  try {
    const session = listen(child, how === 'mounted');
    const ready = await session.next();
    await rm(proof, { force: true });
    if (ready === undefined) return session.failed(how);
    if ('ready' in ready && !ready.visible && how === 'mounted') {
      child.stdin.end();
      await session.closed;
      return undefined;
    }
    if (how === 'copied') await copyIn(name, shared, inside(runs, shared));
    child.stdin.write(`${go}\n`);
    const ended = await session.next();
    if (how === 'copied') await copyOut(name, inside(runs, shared), runs);
    child.stdin.end();
    await session.closed;
    if (ended !== undefined && 'ended' in ended) return ended.ended;
    throw new SetupError('the container of the lab ended before the command did; what it printed is above');
  } finally {
    signal.removeEventListener('abort', onAbort);
    await rm(proof, { force: true });
  }
}

/** Every path that is named here lies in a shared folder, but for the package of a program started from elsewhere. */
const inside = (path: string, shared: readonly Shared[]): string => insidePath(path, shared) ?? path;

function dockerArgs({ image, words, shared, cwd }: Plan, how: 'mounted' | 'copied', name: string, proof: string) {
  const uid = process.getuid?.();
  const order: Order = {
    words: words.map((word) => insideWord(word, shared)),
    proof: inside(proof, shared),
    folders: shared.map((one) => one.inside),
    ...(isCheckout && { checkout: inside(packageRoot, shared) }),
    ...(uid && { owner: `${uid}:${process.getgid?.()}` }),
    ...(process.stdout.isTTY &&
      !process.env.CI && { terminal: [process.stdout.columns, process.stdout.rows] as const }),
  };
  const passed = Object.keys(process.env).filter((name) =>
    /^(PGDRILL_(?!CACHE|STATE|LAB_)|AWS_|CI$|NO_COLOR$|TZ$)/.test(name),
  );
  return [
    ...['run', '--rm', '--interactive', '--privileged', '--name', name, '--label', label],
    // The overlays of the simulated hosts cannot lie on the overlay of a container.
    ...['--mount', 'type=volume,target=/var/lib/pgdrill'],
    ...(how === 'mounted' ? shared.flatMap((one) => ['--mount', mountOption(one)]) : []),
    ...['--workdir', inside(cwd, shared)],
    ...passed.flatMap((name) => ['--env', name]),
    // Paths of Windows; a later value counts.
    ...['PGDRILL_OUT', 'PGDRILL_SCENARIOS']
      .filter((name) => process.platform === 'win32' && process.env[name])
      .flatMap((name) => ['--env', `${name}=${insideWord(process.env[name]!, shared)}`]),
    ...[image, 'inside', JSON.stringify(order)],
  ];
}

/** Prints what the container prints, and hands its reports over one by one; undefined once there are no more. */
function listen(child: ChildProcessByStdio<Writable, Readable, Readable>, quietly: boolean) {
  const splitter = new Splitter();
  const decoder = new StringDecoder('utf8');
  const reports: Report[] = [];
  let wake = () => {};
  let over = false;
  let up = false;
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const pushed = splitter.push(decoder.write(chunk));
    process.stdout.write(pushed.text);
    reports.push(...pushed.reports);
    up ||= pushed.reports.length > 0;
    wake();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (up) process.stderr.write(chunk);
    else complaint += chunk.toString();
  });
  const finish = () => {
    over = true;
    wake();
  };
  child.on('error', finish);
  const closed = new Promise<void>((done) => {
    child.on('close', () => {
      finish();
      done();
    });
  });
  return {
    closed,
    async next(): Promise<Report | undefined> {
      while (reports.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve));
      return reports.shift();
    },
    /** The container never came up. A folder that the engine’s machine does not have is a reason to copy instead. */
    failed(how: 'mounted' | 'copied'): undefined {
      if (how === 'mounted' && quietly && /bind source path does not exist|mounts denied|not shared/i.test(complaint))
        return undefined;
      throw new SetupError(whyNotStarted(complaint));
    },
  };
}

async function writable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new SetupError(
      `the folder of runs ${folder} cannot be written to (${(error as NodeJS.ErrnoException).code}): run from a folder of your own, or name one with --out`,
    );
  }
}
