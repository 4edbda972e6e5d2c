/** Installs adapters: their sources are copied into the cache, and their libraries fetched there by their lock files. */
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { SetupError } from '../errors.ts';
import { withLock } from '../stacks/lab/lock.ts';
import type { Adapter } from './catalogue.ts';

/** Written last. */
const mark = 'installed';
const stepWithinMs = 15 * 60_000;

export const isInstalled = ({ dir }: Adapter): boolean => existsSync(join(dir, mark));

/**
 * Installs an adapter with the others of its language; does nothing where that is done.
 * @throws SetupError naming the program that is missing, or the command that failed with its last words
 */
export async function install(adapter: Adapter, progress: (step: string) => void, signal?: AbortSignal): Promise<void> {
  const { dir, source, needs, language } = adapter;
  if (isInstalled(adapter)) return;
  for (const [program, how] of Object.entries(needs))
    if (!(await hasProgram(program)))
      throw new SetupError(`the ${language} clients need ${program}, which is not on the PATH; ${how}`);
  await mkdir(dirname(dir), { recursive: true, mode: 0o700 });
  await withLock(`${dir}.lock`, () => installHere(adapter, source, progress, signal), signal ? { signal } : {});
}

async function installHere(
  adapter: Adapter,
  source: string,
  progress: (step: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { dir } = adapter;
  if (isInstalled(adapter)) return;
  // Some tools write absolute paths into what they install, so it is made where it stays.
  await rm(dir, { recursive: true, force: true });
  await cp(source, dir, {
    recursive: true,
    filter: (path) => !path.includes('/node_modules') && !path.endsWith('/target'),
  });
  for (const [program, ...argv] of adapter.install) {
    progress([program, ...argv].join(' ').replaceAll(dir, '.'));
    const { exitCode, all } = await execa(program!, argv, {
      ...{ cwd: dir, all: true, reject: false, timeout: stepWithinMs, stdin: 'ignore' },
      ...(signal && { cancelSignal: signal }),
      env: { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' },
    });
    if (exitCode === 0) continue;
    const last = String(all ?? '')
      .trim()
      .split('\n')
      .slice(-3)
      .join(' ');
    await rename(dir, `${dir}.failed`).catch(() => {});
    await rm(`${dir}.failed`, { recursive: true, force: true });
    throw new SetupError(
      `the ${adapter.language} clients cannot be installed: ${program} ${argv[0] ?? ''} failed: ${last.slice(-400)}`,
    );
  }
  await writeFile(join(dir, mark), '');
}

async function hasProgram(program: string): Promise<boolean> {
  const { exitCode } = await execa('sh', ['-c', 'command -v "$1"', 'sh', program], { reject: false });
  return exitCode === 0;
}
