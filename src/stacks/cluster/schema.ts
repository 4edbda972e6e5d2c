/** The drill's own schema in the database that the user named: how much it holds, and its removal. */
import type { Client } from 'pg';
import { UsageError } from '../../errors.ts';
import { ledgerTable, probeTable } from '../../load/process/protocol.ts';

const ours = [ledgerTable, probeTable].map((name) => name.replace(/^pgdrill\./, ''));

/**
 * A superuser reads the tables of the drill, so that they may run nothing of anybody else: whatever exists already has to be
 * plain tables of the load's own role, without triggers and rules, in a schema of that role.
 * @param role the load's user
 * @throws UsageError where a schema of this name holds something that no drill of this role made
 */
export async function refuseForeignSchema(client: Client, database: string, role: string): Promise<void> {
  const { rows } = await client.query<{ what: string }>(
    `with schema as (select oid, nspowner::regrole::text as owner from pg_namespace where nspname = 'pgdrill')
     select 'the owner ' || owner as what from schema where owner <> quote_ident($1)
     union all
     select c.relname from pg_class c join schema s on s.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and (c.relname <> all ($2) or c.relkind <> 'r'
       or c.relowner::regrole::text <> quote_ident($1) or c.relhasrules
       or exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal))
     union all
     select p.proname || '()' from pg_proc p join schema s on s.oid = p.pronamespace`,
    [role, ours],
  );
  if (rows.length > 0)
    throw new UsageError(
      `the database ${database} has a schema pgdrill with ${rows.map(({ what }) => what).join(', ')} in it, which no drill by ${role} made; it would be dropped at the end: name another database`,
    );
}

/** Whether a schema with a table of a drill exists. */
export async function holdsDrill(client: Client): Promise<boolean> {
  const { rows } = await client.query(
    `select 1 from pg_class where relnamespace = to_regnamespace('pgdrill') and relkind = 'r' and relname = any($1)`,
    [ours],
  );
  return rows.length > 0;
}

/** Whether a drill made the schema: it has one of a drill's tables, or nothing yet. True also where the schema does not exist. */
export async function isOfDrill(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ relname: string }>(
    `select relname from pg_class where relnamespace = to_regnamespace('pgdrill') and relkind in ('r', 'p', 'v', 'm', 'f')`,
  );
  return rows.length === 0 || rows.some(({ relname }) => ours.includes(relname));
}

/** What the schema takes up now, bytes. */
export async function schemaBytes(client: Client): Promise<number> {
  const { rows } = await client.query<{ bytes: string | null }>(
    `select sum(pg_total_relation_size(oid)) as bytes from pg_class where relnamespace = to_regnamespace('pgdrill') and relkind = 'r'`,
  );
  return Number(rows[0]?.bytes ?? 0);
}

/** PostgreSQL's error where the database of a connection does not exist: it went, and the schema with it. */
export const isNoDatabase = (error: unknown): boolean => (error as { readonly code?: unknown }).code === '3D000';

export async function dropSchema(client: Client): Promise<void> {
  await client.query('drop schema if exists pgdrill cascade');
}

export async function hasSchema(client: Client): Promise<boolean> {
  const { rows } = await client.query(`select 1 where to_regnamespace('pgdrill') is not null`);
  return rows.length > 0;
}
