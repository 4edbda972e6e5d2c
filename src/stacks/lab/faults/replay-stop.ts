/** replay-stop: a standby receives WAL and replays none of it, as behind a long query or a lock. */
import type { Client } from 'pg';
import { SetupError, UsageError } from '../../../errors.ts';
import { until } from '../../../wait.ts';
import { connectPostgres } from '../control/postgres.ts';
import { type HostId, initOf } from '../hosts/host.ts';
import { hostId } from '../lab.ts';
import type { LabFault } from './fault.ts';
import { hostAimedAt, hostToHeal } from './target.ts';

/** `primary` where it replays nothing anyway. */
const stateSql = `select case when pg_is_in_recovery() then pg_get_wal_replay_pause_state() else 'primary' end as state`;

export const replayStop: LabFault<'replay-stop'> = {
  async prepare({ state }, target) {
    const host = hostAimedAt(state, target, 'postgres');
    const id = hostId(state, host.name);
    if ((await on(id, replayState)) === 'primary')
      throw new UsageError(`replay-stop needs a standby, but ${host.name} is the primary; aim it at: await standby()`);
    return {
      how: { host: host.name },
      breakIt: () => on(id, async (client) => void (await client.query('select pg_wal_replay_pause()'))),
      async prove() {
        // It is asked for, and stops at the next record.
        const paused = async () => ((await on(id, replayState)) === 'paused' ? true : undefined);
        await until(paused, { withinMs: 5_000, what: `replay on ${host.name} to be paused` });
        return `PostgreSQL on ${host.name} reports that replay is paused`;
      },
    };
  },

  async heal(state, how) {
    const { name } = hostToHeal(state, how);
    const id = hostId(state, name);
    if (!(await initOf(id))) return `${name} is down; a start begins with replay`;
    return on(id, async (client) => {
      if ((await replayState(client)) === 'primary') return `${name} is the primary now and replays nothing`;
      await client.query('select pg_wal_replay_resume()');
      const now = await replayState(client);
      if (now !== 'not paused') throw new SetupError(`replay on ${name} should go on, but is ${now}`);
      return `PostgreSQL on ${name} reports that replay goes on`;
    });
  },
};

const replayState = async (client: Client): Promise<string> =>
  (await client.query<{ state: string }>(stateSql)).rows[0]!.state;

async function on<T>(id: HostId, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connectPostgres(id, 'postgres', { withinMs: 10_000 });
  return work(client).finally(() => client.end());
}
