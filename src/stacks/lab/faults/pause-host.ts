/**
 * pause-host: a virtual machine that stands still. Its packets are dropped, for a kernel that does not run acknowledges
 * none; then every process of it is stopped, its init too.
 */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { connectFromClients } from '../control/from-clients.ts';
import { addRules } from '../hosts/firewall.ts';
import type { HostId } from '../hosts/host.ts';
import { listProcesses, signalProcess } from '../hosts/processes.ts';
import { hostId } from '../lab.ts';
import { ports } from '../plan.ts';
import type { LabFault } from './fault.ts';
import { healRules } from './partition.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

export const pauseHost: LabFault<'pause-host'> = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    return {
      how: { host: host.name },
      async breakIt() {
        await addRules(id, 'pause-host', [
          ['INPUT', '-i', 'eth0', '-j', 'DROP'],
          ['OUTPUT', '-o', 'eth0', '-j', 'DROP'],
        ]);
        await stopAll(id);
      },
      async prove() {
        const all = await listProcesses(id);
        const running = all.filter((process) => process.state !== 'T');
        if (all.length === 0) throw new SetupError(`${host.name} is down, not paused`);
        if (running.length > 0) throw new SetupError(`${running.length} processes of ${host.name} are not stopped`);
        const seen = await connectFromClients(state.id, host.address, ports.postgres, 500);
        if (seen !== 'timeout') throw new SetupError(`${host.address} should be timeout to clients, but is ${seen}`);
        return `all ${all.length} processes of ${host.name} are stopped, ${host.address} is ${seen} to clients`;
      },
    };
  },

  async heal(state, how) {
    const { name } = hostToHeal(state, how);
    const stopped = (await listProcesses(hostId(state, name))).filter((process) => process.state === 'T');
    for (const { pid } of stopped) signalProcess(pid, 'SIGCONT');
    const network = await healRules(state, 'pause-host', how);
    const still = (await listProcesses(hostId(state, name))).filter((process) => process.state === 'T');
    if (still.length > 0) throw new SetupError(`${still.length} processes of ${name} are still stopped`);
    return `${stopped.length} processes of ${name} go on; ${network}`;
  },
};

/** Until none is left that was forked meanwhile. */
async function stopAll(id: HostId): Promise<void> {
  const allStopped = async () => {
    const running = (await listProcesses(id)).filter(({ state }) => state !== 'T');
    for (const { pid } of running) signalProcess(pid, 'SIGSTOP');
    return running.length === 0 ? true : undefined;
  };
  await until(allStopped, { withinMs: 5_000, everyMs: 5, what: `the processes of ${id.name} to stop` });
}
