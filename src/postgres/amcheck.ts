/**
 * Does what pg_amcheck does in one database, in a superuser's session: the functions of amcheck are for superusers. They are
 * called as members of the extension, with the types of their parameters: a function of the same name that the owner of a
 * schema put beside them, with other parameters, is never called. Whether every row of the table is in the index is asked of
 * indexes without an expression and a predicate alone: of others it would run code of the table's owner, whose errors would
 * be findings with whatever text that owner chose.
 */
import type { Client } from 'pg';
import { SetupError } from '../errors.ts';
import { disableEventTriggers } from './event-triggers.ts';

/** Tables and B-tree indexes that hold data, as pg_amcheck chooses them. */
const relationsSql = `
select c.oid::text as oid, c.oid::regclass::text as name, c.relkind::text as kind,
  (i.indexprs is null and i.indpred is null)::text as plain
from pg_class c left join pg_index i on i.indexrelid = c.oid left join pg_am m on m.oid = c.relam
where c.relpersistence = 'p' and c.relkind in ('r', 'm', 't', 'i')
  and (c.relkind <> 'i' or (m.amname = 'btree' and i.indisvalid and i.indisready))`;

/** Functions of amcheck, by their parameters. */
const indexCheck = 'bt_index_check(regclass, boolean)';
const tableCheck = 'verify_heapam(regclass, boolean, boolean, text, bigint, bigint)';
const membersSql = `
select format('%I.%I', n.nspname, p.proname) as name, format('%s(%s)', p.proname, oidvectortypes(p.proargtypes)) as signature
from pg_extension e
  join pg_depend d on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.deptype = 'e'
  join pg_proc p on d.classid = 'pg_proc'::regclass and p.oid = d.objid
  join pg_namespace n on n.oid = p.pronamespace
where e.extname = 'amcheck'`;

export interface Checked {
  /** How many relations were looked through. */
  readonly relations: number;
  /** What is wrong with which: `public.orders: …`. */
  readonly corruption: readonly string[];
}

/**
 * @param client a superuser's session of a copy that is thrown away: the extension is made there where it is missing
 * @throws SetupError where this server has no amcheck that fits
 */
export async function amcheck(client: Client): Promise<Checked> {
  // Names are those of the catalogue, whatever the owner of the database made the usual search path.
  await client.query('set search_path = pg_catalog');
  await disableEventTriggers(client);
  // Where pg_amcheck --install-missing puts it, too.
  await client.query('create extension if not exists amcheck schema pg_catalog');
  let members = await membersOf(client);
  if (!members.has(indexCheck) || !members.has(tableCheck)) {
    await client.query('alter extension amcheck update');
    members = await membersOf(client);
  }
  const [index, table] = [members.get(indexCheck), members.get(tableCheck)];
  if (!index || !table)
    throw new SetupError(
      `amcheck should have ${indexCheck} and ${tableCheck}, which come with PostgreSQL 14 and later`,
    );
  const { rows } = await client.query<{ oid: string; name: string; kind: string; plain: string }>(relationsSql);
  const corruption: string[] = [];
  for (const { oid, name, kind, plain } of rows) {
    const relation = `'${oid}'::pg_catalog.oid::pg_catalog.regclass`;
    const check =
      kind === 'i'
        ? `select null as msg from ${index}(${relation}, ${plain})`
        : `select msg from ${table}(${relation}, false, false, 'none'::pg_catalog.text, null::pg_catalog.int8, null::pg_catalog.int8)`;
    const said = await client
      .query<{ msg: string | null }>(check)
      .catch((error: Error) => ({ rows: [{ msg: error.message }] }));
    for (const { msg } of said.rows) if (msg) corruption.push(`${name}: ${msg}`);
  }
  return { relations: rows.length, corruption };
}

async function membersOf(client: Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ name: string; signature: string }>(membersSql);
  return new Map(rows.map(({ name, signature }) => [signature, name]));
}
