/** destroy: every host of PostgreSQL is gone for good, with its disk. What is left is the object store. */

import { existsSync } from 'node:fs';
import { SetupError } from '../../../errors.ts';
import { killHost } from '../hosts/host.ts';
import { removeHost } from '../hosts/remove-host.ts';
import { hostId } from '../lab.ts';
import { hostFolders } from '../paths.ts';
import { ofKind } from '../plan.ts';
import type { LabFault } from './fault.ts';

export const destroy: LabFault = {
  async prepare({ state }) {
    const names = ofKind(state.hosts, 'postgres').map(({ name }) => name);
    let killed = 0;
    return {
      how: { hosts: names },
      async breakIt() {
        // All at once, so that no instance sees another go and writes about it; then their disks.
        const counts = await Promise.all(names.map((name) => killHost(hostId(state, name))));
        killed = counts.reduce((sum, count) => sum + count, 0);
        for (const name of names) await removeHost(state, name);
      },
      async prove() {
        const left = names.filter((name) => existsSync(hostFolders(state.id, name).base));
        if (left.length > 0) throw new SetupError(`the disks of ${left.join(', ')} are still there`);
        return `${killed} processes of ${names.join(', ')} gone, and their disks`;
      },
    };
  },
  heal: async () => 'nothing to undo: the cluster is gone for good',
};
