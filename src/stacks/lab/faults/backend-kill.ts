/**
 * backend-kill: a backend gets SIGKILL. Shared memory may be damaged then, so the postmaster ends every other process and
 * recovers in place: all sessions of the instance are lost at once, and its manager sees PostgreSQL run on.
 */
import { readFile } from 'node:fs/promises';
import { SetupError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { connectPostgres } from '../control/postgres.ts';
import { type HostProcess, postgresProcesses, postmaster } from '../hosts/processes.ts';
import { runAsRoot } from '../hosts/run-in.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { restart } from './restart.ts';
import { hostAimedAt } from './target.ts';

export const backendKill: LabFault<'backend-kill'> = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    const main = await postmaster(id);
    if (!main) throw new SetupError(`${host.name} has no backend to kill: PostgreSQL is down there`);
    let before: readonly HostProcess[] = [];
    return {
      how: { host: host.name },
      async breakIt() {
        const client = await connectPostgres(id, 'postgres');
        client.on('error', () => {});
        before = (await postgresProcesses(id)).filter(({ pid }) => pid !== main.pid);
        // The number is the host's own.
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
        await runAsRoot(id, ['sh', '-c', `kill -KILL ${Number(rows[0]!.pid)}`]);
      },
      async prove() {
        if (before.length === 0) throw new SetupError(`no backend of ${host.name} was killed`);
        const gone = async () => {
          const now = new Set((await postgresProcesses(id)).map(({ pid }) => pid));
          const left = before.filter(({ pid }) => now.has(pid));
          const loggers = await Promise.all(left.map(isLogger));
          return loggers.every((logger) => logger) ? true : undefined;
        };
        await until(gone, { withinMs: 10_000, everyMs: 10, what: `the backends of ${host.name} to go` });
        if ((await postmaster(id))?.pid !== main.pid)
          throw new SetupError(`the postmaster of ${host.name} should run on, but is another`);
        return `${before.length} processes of PostgreSQL on ${host.name} are gone, its postmaster runs on`;
      },
    };
  },
  heal: restart.heal,
};

/** The postmaster keeps the one that writes its log. */
const isLogger = async ({ pid }: HostProcess): Promise<boolean> =>
  (await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')).includes('logger');
