/**
 * delete: a planned stop of the host's service, as `systemctl stop patroni` does. Patroni gets SIGTERM: it shuts
 * PostgreSQL down cleanly, hands the leader's key back, and ends. (CloudNativePG waits for open sessions first, up to
 * smartShutdownTimeout; Patroni does not.)
 */
import { SetupError } from '../../../errors.ts';
import type { UndoRecord } from '../../../faults/target.ts';
import { until } from '../../../wait.ts';
import { connectPostgres } from '../control/postgres.ts';
import { type HostId, killHost } from '../hosts/host.ts';
import { patroni, signalProcess } from '../hosts/processes.ts';
import { hostId } from '../lab.ts';
import type { LabState } from '../state.ts';
import type { LabFault } from './fault.ts';
import { startAgain } from './host-down.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

export const deletion: LabFault = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    const manager = await patroni(id);
    if (!manager) throw new SetupError(`${host.name} has no Patroni to stop`);
    return {
      how: { host: host.name, patroni: manager.pid },
      breakIt: async () => signalProcess(manager.pid, 'SIGTERM'),
      async prove() {
        await until(() => isStopping(id), { withinMs: 30_000, everyMs: 50, what: `${host.name} to begin to stop` });
        return `PostgreSQL on ${host.name} is stopping and takes no new connections`;
      },
    };
  },

  async heal(state: LabState, how: UndoRecord['how']) {
    const id = hostId(state, hostToHeal(state, how).name);
    const stopping = (await patroni(id))?.pid === how.patroni;
    const ended = async () => ((await patroni(id))?.pid === how.patroni ? undefined : true);
    if (stopping) await until(ended, { withinMs: 60_000, what: `Patroni on ${id.name} to end` });
    // Only its init is left of the host: a start is a start of the whole host.
    if (!(await patroni(id))) await killHost(id);
    return startAgain(state, how);
  },
};

async function isStopping(id: HostId): Promise<true | undefined> {
  const client = await connectPostgres(id, 'postgres', { withinMs: 1_000 }).catch(() => undefined);
  await client?.end();
  return client ? undefined : true;
}
