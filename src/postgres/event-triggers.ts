/** Triggers on events of a copy that is thrown away. */
import type { Client } from 'pg';

const enabledSql = `
select pg_catalog.format('alter event trigger %I disable', evtname) as sql
from pg_catalog.pg_event_trigger where evtenabled <> 'D'`;

/**
 * Switches off every trigger on events of this database, those too that fire always or in the session of a replica: they would
 * run for what a superuser makes in the copy. `alter event trigger` fires none itself.
 * @param client a superuser's session of a copy that is thrown away
 */
export async function disableEventTriggers(client: Client): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(enabledSql);
  for (const { sql } of rows) await client.query(sql);
}
