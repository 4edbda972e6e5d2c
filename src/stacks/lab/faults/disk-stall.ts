/** disk-stall: the file system of the WAL disk is frozen (fsfreeze(8)): writers hang until it is thawed, readers do not. */
import { SetupError } from '../../../errors.ts';
import { initOf } from '../hosts/host.ts';
import { runAsRoot } from '../hosts/run-in.ts';
import { demandWalDisk, thaw, walDiskMount } from '../hosts/wal-disk.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

/** Prints whether a write returns at once. The writer that hangs ends when the disk is thawed. */
const writeSh = `
(echo > ${walDiskMount}/stalled; rm -f ${walDiskMount}/stalled) > /dev/null 2>&1 &
sleep 0.5
if kill -0 $! 2> /dev/null; then echo hangs; else echo returned; fi`;

export const diskStall: LabFault<'disk-stall'> = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    demandWalDisk('disk-stall', id);
    return {
      how: { host: host.name },
      breakIt: async () => void (await runAsRoot(id, ['fsfreeze', '--freeze', walDiskMount])),
      async prove() {
        const write = (await runAsRoot(id, ['sh', '-c', writeSh])).trim();
        if (write !== 'hangs')
          throw new SetupError(`a write to the disk of ${host.name}’s WAL should hang, but ${write}`);
        return `the disk of ${host.name}’s WAL is frozen: a write to it hangs`;
      },
    };
  },

  async heal(state, how) {
    const { name } = hostToHeal(state, how);
    const id = hostId(state, name);
    if (!(await initOf(id)))
      throw new SetupError(
        `${name} is down while the disk of its WAL is frozen: start it first, then run: pgdrill heal`,
      );
    await thaw(id);
    const write = (await runAsRoot(id, ['sh', '-c', writeSh])).trim();
    if (write !== 'returned') throw new SetupError(`a write to the disk of ${name}’s WAL still hangs`);
    return `the disk of ${name}’s WAL is thawed, and a write to it returns`;
  },
};
