/**
 * replay-stop: a standby receives WAL and replays none of it, as behind a long query or a lock. The process that replays
 * is stopped: pg_wal_replay_pause() would do no more than ask for it, and Patroni resumes a paused replay within seconds.
 */
import { readFile } from 'node:fs/promises';
import { SetupError, UsageError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { connectPostgres } from '../control/postgres.ts';
import { type HostId, initOf } from '../hosts/host.ts';
import { type HostProcess, postgresProcesses, signalProcess } from '../hosts/processes.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

const standbySql = 'select pg_is_in_recovery() as standby, pg_last_wal_replay_lsn()::text as replayed';

export const replayStop: LabFault<'replay-stop'> = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    if (!(await replayOn(id)).standby)
      throw new UsageError(`replay-stop needs a standby, but ${host.name} is the primary; aim it at: await standby()`);
    return {
      how: { host: host.name },
      async breakIt() {
        const startup = await startupProcess(id);
        if (!startup) throw new SetupError(`no process of PostgreSQL on ${host.name} replays WAL`);
        signalProcess(startup.pid, 'SIGSTOP');
      },
      async prove() {
        const stopped = async () => ((await startupProcess(id))?.state === 'T' ? true : undefined);
        await until(stopped, { withinMs: 5_000, everyMs: 20, what: `replay on ${host.name} to stop` });
        const { replayed } = await replayOn(id);
        return `the process that replays WAL on ${host.name} is stopped, at ${replayed}`;
      },
    };
  },

  async heal(state, how) {
    const { name } = hostToHeal(state, how);
    const id = hostId(state, name);
    if (!(await initOf(id))) return `${name} is down; a start begins with replay`;
    const startup = await startupProcess(id);
    if (!startup) return `${name} is not a standby now and replays nothing`;
    signalProcess(startup.pid, 'SIGCONT');
    const goesOn = async () => ((await startupProcess(id))?.state === 'T' ? undefined : true);
    await until(goesOn, { withinMs: 5_000, everyMs: 20, what: `replay on ${name} to go on` });
    return `the process that replays WAL on ${name} goes on`;
  },
};

/** The process that replays; undefined on a primary. */
async function startupProcess(id: HostId): Promise<HostProcess | undefined> {
  for (const process of await postgresProcesses(id)) {
    const title = await readFile(`/proc/${process.pid}/cmdline`, 'latin1').catch(() => '');
    if (/: startup\b/.test(title)) return process;
  }
  return undefined;
}

async function replayOn(id: HostId): Promise<{ readonly standby: boolean; readonly replayed: string }> {
  const client = await connectPostgres(id, 'postgres', { withinMs: 10_000 });
  try {
    return (await client.query<{ standby: boolean; replayed: string }>(standbySql)).rows[0]!;
  } finally {
    await client.end();
  }
}
