/** A disk for WAL alone: a file with a file system in it, so that it can be full while the machine's own is not. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './command.ts';

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
