/** The observer `sql`: asks one instance every 100 ms what it takes itself for. */
import type { Client } from 'pg';
import { repeat, type Sink } from './observer.ts';

/** A primary's own timeline; a standby's is that of the WAL it receives, and none while it receives none. */
const question = `select pg_is_in_recovery() as standby,
  case when pg_is_in_recovery() then (select received_tli from pg_stat_wal_receiver)
       else ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int end as timeline`;

/** An instance that does not answer for so long counts as unreachable: stopped processes keep their sockets open. */
export const answerWithinMs = 1_000;

interface Look {
  readonly role: 'primary' | 'replica' | 'unreachable';
  readonly timeline?: number | undefined;
  readonly detail?: string;
}

/** @param connect makes a superuser's connection, and gives both itself and each query up after `answerWithinMs` */
export function watchSql(instance: string, connect: () => Promise<Client>, sink: Sink): AsyncDisposable {
  let client: Client | undefined;
  let last: { look: Look; atNs: bigint } | undefined;

  async function ask(): Promise<Look> {
    try {
      client ??= await connect();
      const { rows } = await client.query<{ standby: boolean; timeline: number | null }>(question);
      const { standby, timeline } = rows[0]!;
      return { role: standby ? 'replica' : 'primary', ...(timeline !== null && { timeline }) };
    } catch (error) {
      // After a query's timeout its socket is of no more use.
      const broken = client;
      client = undefined;
      void broken?.end().catch(() => {});
      return { role: 'unreachable', detail: error instanceof Error ? error.message : String(error) };
    }
  }

  const looking = repeat(async () => {
    const beganNs = process.hrtime.bigint();
    const look = await ask();
    const atNs = process.hrtime.bigint();
    if (look.role !== last?.look.role || (look.timeline !== undefined && look.timeline !== last.look.timeline)) {
      const { role, ...rest } = look;
      const after = last && { afterNs: last.atNs };
      sink({ kind: 'role', observer: 'sql', instance, role, ...rest, ...after }, atNs);
    }
    // Where no timeline is seen for a while, the one seen before is what the next is compared with.
    last = { look: { timeline: last?.look.timeline, ...look }, atNs: beganNs };
  });

  return {
    async [Symbol.asyncDispose]() {
      await looking[Symbol.asyncDispose]();
      await client?.end().catch(() => {});
    },
  };
}
