/** Limits of writes on the disks of a lab, each a file behind a loop device (cgroups version 1, "blkio"). */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labFolder } from '../paths.ts';
import { controllerFolder } from './control-group.ts';

/** Of all processes: the journal of the file system is written by the kernel, which is in no other group. */
const file = join(controllerFolder('blkio'), 'blkio.throttle.write_iops_device');

/** @param device its number: `7:3`; @param writesPerSecond 0: no limit */
export async function throttle(device: string, writesPerSecond: number): Promise<void> {
  await writeFile(file, `${device} ${writesPerSecond}`).catch((error: NodeJS.ErrnoException) => {
    // The device went with its host, and the limit with it.
    if (writesPerSecond > 0 || (error.code !== 'ENODEV' && error.code !== 'ENXIO')) throw error;
  });
}

/** Devices of this lab that have a limit. */
export async function throttledDevices(labId: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const devices = text.split('\n').flatMap((line) => line.split(' ')[0] || []);
  const files = await Promise.all(
    devices.map((device) => readFile(`/sys/dev/block/${device}/loop/backing_file`, 'utf8').catch(() => '')),
  );
  return devices.filter((_, i) => files[i]!.startsWith(`${labFolder(labId)}/`));
}
