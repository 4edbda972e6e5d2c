/**
 * memory-pressure: PostgreSQL is in a control group with a limit of memory, and a query wants more: the kernel's
 * out-of-memory killer ends a process, and the postmaster ends the others and recovers. The limit stays.
 */
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { connectPostgres } from '../control/postgres.ts';
import { demandController, groupAt, limit, unlimit } from '../hosts/control-group.ts';
import { postgresProcesses } from '../hosts/processes.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

/** Bytes of a text that a query makes: the most that PostgreSQL allows a value is 1 GB. */
const wantedBytes = 900_000_000;

export const memoryPressure: LabFault<'memory-pressure'> = {
  async prepare({ state }, target, { megabytes }) {
    demandController('memory-pressure', 'memory');
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    const pids = async () => (await postgresProcesses(id)).map(({ pid }) => pid);
    if ((await pids()).length === 0) throw new SetupError(`${host.name} has no PostgreSQL to limit: it is down`);
    return {
      how: { host: host.name },
      async breakIt() {
        const client = await connectPostgres(id, 'postgres');
        client.on('error', () => {});
        await limit(id, 'memory', { 'memory.limit_in_bytes': String(megabytes * 2 ** 20) }, pids);
        // It is killed, so its answer never comes.
        await client.query(`select length(repeat('x', ${wantedBytes}))`).catch(() => {});
        await client.end().catch(() => {});
      },
      async prove() {
        const killed = async () => {
          const text = await groupAt(id, 'memory')
            .read('memory.oom_control')
            .catch(() => '');
          return Number(/oom_kill (\d+)/.exec(text)?.[1] ?? 0) || undefined;
        };
        const what = `a process of PostgreSQL on ${host.name} to be killed because memory ran out`;
        const n = await until(killed, { withinMs: 10_000, what });
        return `the kernel killed ${n} of PostgreSQL’s processes on ${host.name}, which have ${megabytes} MB together`;
      },
    };
  },

  async heal(state, how) {
    const { name } = hostToHeal(state, how);
    await unlimit(hostId(state, name), 'memory');
    return `the processes of ${name} no longer have a memory limit`;
  },
};
