/** A disk for WAL alone: a file with a file system in it, so that it can be full while the machine's own is not. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../../../errors.ts';
import { hostFolders } from '../paths.ts';
import { outputOf, run } from './command.ts';
import { type HostId, processesOf } from './host.ts';
import { runAsRoot } from './run-in.ts';

/** Where the disk is seen in its host. */
export const walDiskMount = '/mnt';

/**
 * Moves `wal` (a data directory's pg_wal) into a new disk of that size, and leaves an empty folder to mount it on.
 * @throws SetupError where mkfs.ext4 fails, or is not there
 */
export async function makeWalDisk(file: string, wal: string, megabytes: number, signal: AbortSignal): Promise<void> {
  // The folder pg_wal within the disk, for at its top there is a lost+found that PostgreSQL must not see.
  const content = join(dirname(file), 'wal-content');
  await mkdir(content);
  await rename(wal, join(content, 'pg_wal'));
  const nothingReserved = ['-m', '0'];
  await run('mkfs.ext4', ['-q', ...nothingReserved, '-d', content, file, `${megabytes}M`], { signal });
  await mkdir(wal, { mode: 0o700 });
  await rm(content, { recursive: true });
}

/** @throws UsageError where the WAL of a host has no disk of its own */
export function demandWalDisk(fault: string, { labId, name }: HostId): void {
  if (!existsSync(hostFolders(labId, name).walDisk))
    throw new UsageError(
      `${fault} needs a disk for WAL alone, and ${name} has none: give the scenario topology: { walDiskMegabytes: 320 }`,
    );
}

/** The number of the device under the disk: `7:3`. @throws SetupError where the host is down */
export const walDiskDevice = async (host: HostId): Promise<string> =>
  (await runAsRoot(host, ['mountpoint', '--fs-devno', walDiskMount])).trim();

/**
 * Lets writes to the disk of a host pass again, where they are held. Through any of its processes, for its init may have
 * been killed: those that hang in a write cannot die before.
 */
export async function thaw(host: HostId): Promise<void> {
  if (!existsSync(hostFolders(host.labId, host.name).walDisk)) return;
  for (const pid of await processesOf(host)) {
    const inside = ['--mount', '--root', '--wd', `--target=${pid}`, '--', 'fsfreeze', '--unfreeze', walDiskMount];
    const thawed = await run('nsenter', inside).then(
      () => true,
      // It is not frozen: EINVAL.
      (error: unknown) => outputOf(error).includes('Invalid argument'),
    );
    if (thawed) return;
  }
}
