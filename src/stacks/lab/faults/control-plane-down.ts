/** control-plane-down: every member of etcd dies at once, so that Patroni can ask nobody who is the leader. */
import { SetupError } from '../../../errors.ts';
import { killHost } from '../hosts/host.ts';
import { etcdHosts, hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { proveDown, startAgain } from './host-down.ts';

export const controlPlaneDown: LabFault = {
  async prepare({ state }) {
    const members = etcdHosts(state);
    let killed: number[] = [];
    return {
      how: { hosts: members.map(({ name }) => name) },
      async breakIt() {
        killed = await Promise.all(members.map(({ name }) => killHost(hostId(state, name))));
      },
      async prove() {
        const proofs = await Promise.all(members.map((host, i) => proveDown(state, host, killed[i]!, ['refused'])));
        return proofs.join('; ');
      },
    };
  },

  async heal(state, how) {
    if (!Array.isArray(how.hosts)) throw new SetupError('the undo record names no hosts; run: pgdrill heal');
    // Together: a member alone has no quorum.
    const proofs = await Promise.all(how.hosts.map((host: unknown) => startAgain(state, { host })));
    return proofs.join('; ');
  },
};
