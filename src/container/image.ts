/** The image of the lab: found, or built from `Dockerfile.lab` of this very package. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { SetupError } from '../errors.ts';
import { isCheckout } from '../project/own-name.ts';
import { packageRoot } from '../project/own-spec.ts';
import { version } from '../project/version.ts';
import { partsKey } from '../stacks/lab/root/rootfs.ts';
import { whyNotStarted } from './engine.ts';

/** Folders and files whose change makes another harness. */
const harness = ['package.json', 'Dockerfile.lab', 'src', 'scenarios', 'fixtures/api', 'scripts/start.mjs'];

/** The image of this version; in a checkout of exactly these sources. `PGDRILL_LAB_IMAGE` names another. */
export function imageName(): string {
  if (process.env.PGDRILL_LAB_IMAGE) return process.env.PGDRILL_LAB_IMAGE;
  return `pgdrill-lab:${isCheckout ? `checkout-${digest(packageRoot, harness)}` : version}`;
}

const partsName = (): string => `pgdrill-lab-parts:${partsKey()}`;

/**
 * Makes sure that the image exists: some minutes the first time, nothing afterwards.
 * @throws SetupError where it cannot be had
 */
export async function ensureImage(progress: (line: string) => void, signal: AbortSignal): Promise<string> {
  const name = imageName();
  if (await exists(name)) return name;
  if (process.env.PGDRILL_LAB_IMAGE) {
    progress(`pulling ${name}`);
    await docker(['pull', name], progress, signal);
    return name;
  }
  progress(`building the image ${name} (some minutes once, about 3 GB; to remove: docker rmi ${name} ${partsName()})`);
  const parts = partsName();
  const made = await exists(parts);
  if (!made) await build(['--target', 'made', '--tag', parts], progress, signal);
  await build(['--build-arg', `PARTS=${parts}`, '--build-arg', 'PREPARE=no', '--tag', name], progress, signal);
  return name;
}

const proxies = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

async function build(args: readonly string[], progress: (line: string) => void, signal: AbortSignal): Promise<void> {
  // A proxy of this machine is one of the build, too; without a value Docker takes it from the environment.
  const proxy = proxies.filter((name) => process.env[name]).flatMap((name) => ['--build-arg', name]);
  const more = (process.env.PGDRILL_LAB_BUILD ?? '').split(' ').filter((word) => word !== '');
  const file = join(packageRoot, 'Dockerfile.lab');
  if (!existsSync(file))
    throw new SetupError(
      `the single file does not hold ${basename(file)}: name an image of the lab in PGDRILL_LAB_IMAGE, or install the package`,
    );
  await docker(['build', ...proxy, ...more, ...args, '--file', file, packageRoot], progress, signal);
}

async function docker(args: readonly string[], progress: (line: string) => void, signal: AbortSignal): Promise<void> {
  const running = execa('docker', args, {
    all: true,
    stdin: 'ignore',
    cancelSignal: signal,
    reject: false,
    env: { BUILDKIT_PROGRESS: 'plain' },
  });
  for await (const line of running.iterable({ from: 'all' })) {
    const step = stepIn(String(line));
    if (step) progress(step);
  }
  const ended = await running;
  signal.throwIfAborted();
  if (ended.exitCode !== 0) throw new SetupError(whyNotStarted(String(ended.all ?? ended.originalMessage ?? '')));
}

/**
 * Of the client’s output, what a person waits for: the steps of the Dockerfile, and what the preparation itself prints.
 * @returns undefined for a line of detail
 */
export function stepIn(line: string): string | undefined {
  const [, step] = /^#\d+ (\[[^\]]*\d\/\d\] .*)$/.exec(line) ?? /\[set-up +\d+ s\] (.*)$/.exec(line) ?? [];
  return step ?? /^(Step \d+\/\d+ .*)$/.exec(line)?.[1];
}

async function exists(image: string): Promise<boolean> {
  return (await execa('docker', ['image', 'inspect', image], { reject: false, stdio: 'ignore' })).exitCode === 0;
}

/** A digest of names and contents, in an order that no file system decides. */
export function digest(root: string, parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    for (const file of filesUnder(root, part))
      hash
        .update(file)
        .update('\0')
        .update(readFileSync(join(root, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

function filesUnder(root: string, path: string): string[] {
  try {
    const names = readdirSync(join(root, path)).sort();
    return names.flatMap((name) => filesUnder(root, `${path}/${name}`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}
