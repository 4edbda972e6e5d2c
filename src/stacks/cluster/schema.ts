/** The drill's own schema in the database that the user named: how much it holds, and its removal. */
import type { Client } from 'pg';
import { UsageError } from '../../errors.ts';
import { drillTables } from '../../load/process/protocol.ts';
import { plantedAmong } from '../../load/writers/planted.ts';
import { readWithOwnNames, writeWithOwnNames } from '../../postgres/own-names.ts';

/**
 * Everything in the schema but plain tables of a drill with their sequences: of any kind, also types and operators, which
 * tables of others may use.
 */
const strangersSql = `
with ours as (
  select oid from pg_class where relnamespace = to_regnamespace('pgdrill') and relkind = 'r' and relname = any($1)
  union all
  select o.objid from pg_depend o join pg_class t on t.oid = o.refobjid
  where o.classid = 'pg_class'::regclass and o.refclassid = 'pg_class'::regclass and o.deptype in ('i', 'a')
    and t.relnamespace = to_regnamespace('pgdrill') and t.relkind = 'r' and t.relname = any($1))
select pg_describe_object(d.classid, d.objid, d.objsubid) as what from pg_depend d
where d.refclassid = 'pg_namespace'::regclass and d.refobjid = to_regnamespace('pgdrill') and d.deptype = 'n'
  and not (d.classid = 'pg_class'::regclass and d.objid in (select oid from ours))
order by 1`;

/** What is in the schema that no drill made, in PostgreSQL's words. @param client a superuser's: it reads the catalogue alone */
export async function strangersIn(client: Client): Promise<string[]> {
  return (await client.query<{ what: string }>(strangersSql, [drillTables])).rows.map(({ what }) => what);
}

/**
 * Looks, before a drill, for a schema that no drill of this role made. What is planted after it is found when the schema is
 * prepared, in one transaction with the preparation: `prepareSchema`.
 * @param client may be a superuser's: it reads the catalogue alone
 * @param role the load's user
 * @throws UsageError where a schema of this name holds something that no drill of this role made
 */
export async function refuseForeignSchema(client: Client, database: string, role: string): Promise<void> {
  const planted = await plantedAmong(client, drillTables, role);
  // What is not a plain table is among the strangers, in PostgreSQL's words.
  const named = planted
    .filter(({ kind }) => kind === null || kind === 'r')
    .map(({ table, owner }) => table ?? `the owner ${owner}`);
  const found = [...named, ...(await strangersIn(client))];
  if (found.length > 0)
    throw new UsageError(
      `the database ${database} has a schema pgdrill with ${found.join(', ')} in it, which no drill by ${role} made; name another database`,
    );
}

/** Whether a schema with a table of a drill exists, and with nothing that no drill made. */
export async function holdsDrill(client: Client): Promise<boolean> {
  const { rows } = await client.query(
    `select 1 from pg_class where relnamespace = to_regnamespace('pgdrill') and relkind = 'r' and relname = any($1)`,
    [drillTables],
  );
  return rows.length > 0 && (await strangersIn(client)).length === 0;
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

/** Nothing goes with it: what holds one of the tables, or lies beside them, makes PostgreSQL refuse. */
const dropSql = [
  `drop table if exists ${drillTables.map((name) => `pgdrill.${name}`).join(', ')}`,
  'drop schema if exists pgdrill',
];

/** PostgreSQL's error where something that no drill made is in the schema, or depends on it. */
export const isHeld = (error: unknown): boolean => (error as { readonly code?: unknown }).code === '2BP01';
/** The error with the objects that hold the schema. */
export const heldBy = ({ message, detail }: Error & { readonly detail?: string }): string =>
  `the schema pgdrill holds what no drill made, or others depend on it: ${(detail ?? message).replaceAll('\n', '; ')}`;

/**
 * Drops the schema where the session's own role made it; one of another role is not of the drill.
 * @param client a session of the load's own role
 * @throws PostgreSQL's error, `isHeld` where something that no drill made is in it
 */
export async function dropOwnSchema(client: Client): Promise<void> {
  const rows = await readWithOwnNames(client, (ask) =>
    ask(
      `select 1 as one from pg_namespace n join pg_roles r on r.oid = n.nspowner
       where n.nspname = 'pgdrill' and r.rolname = current_user`,
    ),
  );
  if (rows.length > 0) await inTransaction(client, dropSql);
}

/**
 * Drops the schema of a dead drill, whose password `heal` does not have. The superuser has the rights of the schema's owner
 * alone for as long: should another role have put its own schema there since it was looked at, then this removes nothing that
 * the other role could not remove. A removal runs no code of anybody.
 * @param client a superuser's
 * @throws PostgreSQL's error, `isHeld` where something that no drill made is in it
 */
export async function dropSchema(client: Client): Promise<void> {
  const { rows } = await client.query<{ owner: string }>(
    `select nspowner::regrole::text as owner from pg_namespace where nspname = 'pgdrill'`,
  );
  for (const { owner } of rows) await inTransaction(client, [`set local role ${owner}`, ...dropSql]);
}

const inTransaction = (client: Client, statements: readonly string[]): Promise<void> =>
  writeWithOwnNames(client, async () => {
    for (const statement of statements) await client.query(statement);
  });

/**
 * Roles that run programs or reach files of the server become a superuser by them, as does a role with CREATEROLE before
 * PostgreSQL 16 (PostgreSQL documentation, "Predefined Roles" and "CREATE ROLE").
 * A role that does not exist is none: its log-in says so.
 * @throws UsageError where the role of the load is a superuser, or may become one: what others put into the database would run as one
 */
export async function refuseSuperuser(client: Client, role: string): Promise<void> {
  const name = client.escapeLiteral(role);
  // Names are the catalogue's: otherwise the owner of the database decides what they mean, in a session of that role.
  const rows = await readWithOwnNames(client, (ask) =>
    ask<{ rolname: string }>(
      `select r.rolname from pg_roles r join pg_roles asked on asked.rolname = ${name}
       where (r.rolsuper or r.rolname in ('pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files')
           or r.rolcreaterole and current_setting('server_version_num')::int < 160000)
         and pg_has_role(asked.oid, r.oid, 'MEMBER') order by r.oid = asked.oid desc`,
    ),
  );
  if (rows.length > 0)
    throw new UsageError(
      `the role ${role} (--secret) is a superuser or may become one${rows[0]!.rolname === role ? '' : ` (as a member of ${rows[0]!.rolname})`}, so that whatever others put into the database would run as one; name the Secret of a role that owns nothing but its own data (CREATE on the database is enough)`,
    );
}

export async function hasSchema(client: Client): Promise<boolean> {
  const { rows } = await client.query(`select 1 where to_regnamespace('pgdrill') is not null`);
  return rows.length > 0;
}
