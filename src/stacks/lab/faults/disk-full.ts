/** disk-full: a file takes all room that is left on the disk of the instance's WAL. PostgreSQL's own files stay. */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { type HostId, initOf } from '../hosts/host.ts';
import { runAsRoot } from '../hosts/run-in.ts';
import { demandWalDisk, walDiskMount } from '../hosts/wal-disk.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

const filler = `${walDiskMount}/filler`;
/** `missing`, or nothing. */
const isFilled = `test -e ${filler} || echo missing`;
const freeBytes = `df --output=avail --block-size=1 ${walDiskMount} | tail -n 1`;
/** PostgreSQL writes whole pages of this size. */
const pageBytes = 8_192;

/** Failures at the end of the disk are what is wanted. A write that does not fit is refused whole: so small ones follow. */
const fillSh = `for size in 1M 1k; do dd if=/dev/zero bs=$size >> ${filler} 2>/dev/null || true; done`;
const fill = async (id: HostId) => void (await runAsRoot(id, ['sh', '-c', fillSh]));

export const diskFull: LabFault = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    demandWalDisk('disk-full', id);
    return {
      how: { host: host.name },
      breakIt: () => fill(id),
      async prove() {
        let free = 0;
        // Only what the fault has filled is filled again: a disk that nothing has filled is not full.
        if ((await runAsRoot(id, ['sh', '-c', isFilled])).trim() !== '')
          throw new SetupError(`nothing fills the disk of ${host.name}’s WAL`);
        // PostgreSQL may have removed a file meanwhile: that room is taken too.
        const full = async () => {
          await fill(id);
          free = Number(await runAsRoot(id, ['sh', '-c', freeBytes]));
          return free < pageBytes ? true : undefined;
        };
        const why = () => `${free} bytes are free`;
        await until(full, { withinMs: 10_000, what: `the disk of ${host.name}’s WAL to be full`, why });
        return `${free} bytes are free on the disk of ${host.name}’s WAL, less than a page`;
      },
    };
  },

  async heal(state, how) {
    const host = hostToHeal(state, how);
    const id = hostId(state, host.name);
    if (!(await initOf(id)))
      throw new SetupError(`${host.name} is down, so the file that fills its WAL disk is still there: start it first`);
    const free = Number(await runAsRoot(id, ['sh', '-c', `rm -f ${filler}; ${freeBytes}`]));
    if (free < pageBytes)
      throw new SetupError(`the disk of ${host.name}’s WAL is still full without the file that filled it`);
    return `${(free / 1e6).toFixed(0)} MB are free again on the disk of ${host.name}’s WAL`;
  },
};
