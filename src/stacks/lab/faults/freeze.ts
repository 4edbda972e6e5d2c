/**
 * freeze: every process of PostgreSQL is stopped where it stands, as on a machine whose disk hangs. Its sockets stay
 * open and accept connections that nobody answers. Patroni runs on.
 */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import type { HostId } from '../hosts/host.ts';
import { postgresProcesses, postmaster, signalProcess } from '../hosts/processes.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

export const freeze: LabFault = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    return {
      how: { host: host.name },
      breakIt: () => stopAll(id),
      async prove() {
        const all = await postgresProcesses(id);
        const running = all.filter((process) => process.state !== 'T');
        if (all.length === 0) throw new SetupError(`PostgreSQL on ${host.name} is down, not frozen`);
        if (running.length > 0) throw new SetupError(`${running.length} processes of ${host.name} are not stopped`);
        return `${all.length} processes of PostgreSQL on ${host.name} are stopped`;
      },
    };
  },

  async heal(state, how) {
    const id = hostId(state, hostToHeal(state, how).name);
    const stopped = (await postgresProcesses(id)).filter((process) => process.state === 'T');
    for (const { pid } of stopped) signalProcess(pid, 'SIGCONT');
    const awake = async () => ((await postgresProcesses(id)).some(({ state }) => state === 'T') ? undefined : true);
    await until(awake, { withinMs: 5_000, everyMs: 20, what: `the processes of ${id.name} to go on` });
    return `${stopped.length} processes of PostgreSQL on ${id.name} go on`;
  },
};

/** The postmaster first, for it would fork more; then all, until none is left that a last fork brought. */
async function stopAll(id: HostId): Promise<void> {
  const first = await postmaster(id);
  if (first) signalProcess(first.pid, 'SIGSTOP');
  const allStopped = async () => {
    const running = (await postgresProcesses(id)).filter(({ state }) => state !== 'T');
    for (const { pid } of running) signalProcess(pid, 'SIGSTOP');
    return running.length === 0 ? true : undefined;
  };
  await until(allStopped, { withinMs: 5_000, everyMs: 5, what: `the processes of ${id.name} to stop` });
}
