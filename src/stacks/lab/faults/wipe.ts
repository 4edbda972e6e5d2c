/** wipe: a host dies and comes back with an empty disk; Patroni copies the leader into it. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SetupError, UsageError } from '../../../errors.ts';
import { dataDirectory } from '../config/places.ts';
import { killHost } from '../hosts/host.ts';
import { hostId } from '../lab.ts';
import { hostFolders } from '../paths.ts';
import type { LabFault } from './fault.ts';
import { proveDown, startAgain } from './host-down.ts';
import { hostAimedAt } from './target.ts';

export const wipe: LabFault = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    const { data, walDisk } = hostFolders(id.labId, id.name);
    if (existsSync(walDisk))
      throw new UsageError('wipe takes the whole disk: the scenario’s topology must not give WAL one of its own');
    const folder = join(data, basename(dataDirectory));
    let killed = 0;
    return {
      how: { host: host.name },
      async breakIt() {
        killed = await killHost(id);
        await rm(folder, { recursive: true });
      },
      async prove() {
        const left = await readdir(folder).catch(() => []);
        if (left.length > 0) throw new SetupError(`${host.name} still has ${left.length} files in its data directory`);
        return `${await proveDown(state, host, killed, ['refused'])}, its data directory is gone`;
      },
    };
  },
  heal: startAgain,
};
