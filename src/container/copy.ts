/** For an engine that does not see this machine’s folders: copies them into the container, and the runs out of it. */
import { execa } from 'execa';
import { SetupError } from '../errors.ts';
import type { Shared } from './folders.ts';

/** What is not copied: large, and not needed by scenarios and configuration. */
const left = ['.git', 'node_modules', '.pgdrill-cache'];

/**
 * @param runs the folder of runs, as it is named inside
 * @throws SetupError where a folder cannot be copied
 */
export async function copyIn(container: string, shared: readonly Shared[], runs: string): Promise<void> {
  for (const { folder, inside } of shared) {
    await docker(['exec', container, 'mkdir', '-p', inside, runs]);
    const skip = left.flatMap((name) => ['--exclude', `./${name}`]);
    const tar = execa('tar', [...skip, '-C', folder, '-cf', '-', '.'], { buffer: false, reject: false });
    await docker(['cp', '-', `${container}:${inside}`], tar.stdout);
  }
}

/** @throws SetupError where the runs cannot be copied */
export async function copyOut(container: string, inside: string, runs: string): Promise<void> {
  await docker(['cp', `${container}:${inside}/.`, runs]);
}

async function docker(args: readonly string[], input?: NodeJS.ReadableStream): Promise<void> {
  const done = await execa('docker', args, {
    reject: false,
    ...(input ? { input: input as never } : { stdin: 'ignore' as const }),
  });
  if (done.exitCode !== 0)
    throw new SetupError(`docker ${args[0]} failed: ${String(done.stderr).trim().split('\n').at(-1)}`);
}
