/** disk-slow: the kernel lets the WAL disk make no more than so many writes a second; what is more waits. */
import { SetupError, UsageError } from '../../../errors.ts';
import { demandController } from '../hosts/control-group.ts';
import type { HostId } from '../hosts/host.ts';
import { runAsRoot } from '../hosts/run-in.ts';
import { throttle, throttledDevices } from '../hosts/throttle.ts';
import { demandWalDisk, walDiskDevice, walDiskMount } from '../hosts/wal-disk.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

export const diskSlow: LabFault<'disk-slow'> = {
  async prepare({ state }, target, { writesPerSecond }) {
    demandController('disk-slow', 'blkio');
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    demandWalDisk('disk-slow', id);
    const device = await walDiskDevice(id);
    // About a second's worth.
    const writes = Math.min(200, Math.max(3, writesPerSecond));
    const beforeS = await syncedWrites(id, writes);
    if (beforeS >= writes / writesPerSecond)
      throw new UsageError(
        `disk-slow of ${host.name} asks for ${writesPerSecond} writes per second, but its disk makes only ${Math.round(writes / beforeS)} as it is`,
      );
    return {
      how: { host: host.name, device },
      breakIt: () => throttle(device, writesPerSecond),
      async prove() {
        const nowS = await syncedWrites(id, writes);
        const what = `${writes} writes to the disk of ${host.name}’s WAL take ${nowS.toFixed(2)} s, ${beforeS.toFixed(2)} s before`;
        // The first ones pass at once.
        if (nowS < (0.6 * writes) / writesPerSecond) throw new SetupError(`${what}: the disk is not slow`);
        return what;
      },
    };
  },

  async heal(state, how) {
    const { name } = hostToHeal(state, how);
    const device = String(how.device);
    await throttle(device, 0);
    if ((await throttledDevices(state.id)).includes(device))
      throw new SetupError(`the disk of ${name}’s WAL is still slowed down`);
    return `the disk of ${name}’s WAL no longer has a limit`;
  },
};

/** How long so many writes take that each wait for the disk, in s. */
async function syncedWrites(id: HostId, count: number): Promise<number> {
  const file = `${walDiskMount}/paced`;
  const startedMs = performance.now();
  await runAsRoot(id, [
    'sh',
    '-c',
    `dd if=/dev/zero of=${file} bs=4k count=${count} oflag=dsync 2> /dev/null; rm -f ${file}`,
  ]);
  return (performance.now() - startedMs) / 1_000;
}
