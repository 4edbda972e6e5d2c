/** Whether the k3s stack can run here, before anything is started. */
import { access } from 'node:fs/promises';
import { freemem } from 'node:os';
import { PgdrillError, SetupError } from '../../errors.ts';
import { type K3sConfig, readK3sConfig } from './config.ts';
import { docker } from './docker.ts';
import { listImages } from './images.ts';
import { machineTrouble } from './machine.ts';
import { readRelease } from './release.ts';

const gibibyte = 2 ** 30;
/** Older engines cannot run privileged containers on kernels that withhold a capability. */
const dockerAtLeast = 23;
/** Four nodes, three instances of 1 GiB at most, and the control plane. */
const memoryAtLeastBytes = 5 * gibibyte;

/** Undefined where it can run; otherwise one sentence with what is missing and what to do. */
export async function whyUnavailable(given?: K3sConfig): Promise<string | undefined> {
  try {
    const config = given ?? readK3sConfig();
    await checkDocker(config);
    if (config.images) await listImages(config.images);
    await checkFile(config.registries, 'PGDRILL_REGISTRIES');
    await readRelease(config);
    return undefined;
  } catch (error) {
    if (error instanceof PgdrillError) return error.message;
    throw error;
  }
}

async function checkDocker({ image, images }: K3sConfig): Promise<void> {
  const { container } = await docker();
  const { Version } = await container.dockerode.version();
  if (Number.parseInt(Version, 10) < dockerAtLeast)
    throw new SetupError(
      `the k3s stack needs Docker ${dockerAtLeast} or newer to run nodes in containers, but this is ${Version}; upgrade it, or use --stack lab`,
    );
  const info = (await container.dockerode.info()) as { OSType?: string; MemTotal: number };
  if (info.OSType !== 'linux')
    throw new SetupError(`the k3s stack needs Docker with Linux containers, but this one runs ${info.OSType}`);
  // Docker's own is less where it runs in a virtual machine.
  const freeBytes = Math.min(freemem(), info.MemTotal);
  if (freeBytes < memoryAtLeastBytes)
    throw new SetupError(
      `the k3s stack needs ${memoryAtLeastBytes / gibibyte} GiB of free memory, but Docker has ${(freeBytes / gibibyte).toFixed(1)}; end other programs, give Docker's machine more, or use --stack lab`,
    );
  // Without the image nothing can be tried; what stands in the way then shows when the nodes start.
  const trouble = (await checkImage(image, images !== undefined)) ? await machineTrouble(image) : undefined;
  if (trouble) throw new SetupError(trouble);
}

/** The nodes' image is in Docker, or a registry has it. @returns whether it is in Docker */
async function checkImage(name: string, offline: boolean): Promise<boolean> {
  const { container } = await docker();
  const image = container.dockerode.getImage(name);
  const found = await image.inspect().catch(() => undefined);
  if (found) return true;
  const help = 'load it with docker load, or name another in PGDRILL_K3S_IMAGE';
  if (offline) throw new SetupError(`the image ${name} of the nodes is not in Docker; ${help}`);
  await image.distribution().catch((error: Error) => {
    throw new SetupError(
      `the image ${name} of the nodes is not in Docker and cannot be pulled (${error.message.trim()}); ${help}`,
    );
  });
  return false;
}

async function checkFile(file: string | undefined, name: string): Promise<void> {
  if (!file) return;
  await access(file).catch((error: Error) => {
    throw new SetupError(`${name} should be a file, but ${file} cannot be read: ${error.message}`);
  });
}
