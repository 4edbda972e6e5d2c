/** Looks at all that a restored instance holds. What is wrong with it is for the measures to say. */
import type { Client } from 'pg';
import type { Draft } from '../journal/event.ts';
import { contentSql, ledgerTable } from '../load/process/protocol.ts';
import { readLedger } from '../load/writers/ledger.ts';
import { type Assertion, askAssertions } from '../postgres/assertion.ts';
import type { Restored } from '../stacks/backups.ts';

type Proof = Omit<Draft<'proof'>, 'tUs' | 'restore'>;
type LedgerRead = Pick<Proof, 'rows' | 'workers' | 'duplicates'>;

/** Roles and databases that a cluster has beside PostgreSQL's own. */
const rolesSql = `select rolname as name from pg_roles where rolname not like 'pg\\_%' order by 1`;
const databasesSql = `select datname as name from pg_database where not datistemplate order by 1`;

/** What a cluster has beside its data. */
export interface Belongings {
  readonly roles: string[];
  readonly databases: string[];
  /** As `database: extension`. */
  readonly extensions: string[];
}

/** @param connect to one of its databases */
export async function belongingsOf(
  client: Client,
  connect: (database: string) => Promise<Client>,
): Promise<Belongings> {
  const { roles, databases } = await rolesAndDatabases(client);
  const extensions: string[] = [];
  for (const database of databases) {
    const other = await connect(database);
    const found = await names(other, 'select extname as name from pg_extension order by 1').finally(() => other.end());
    extensions.push(...found.map((name) => `${database}: ${name}`));
  }
  return { roles, databases, extensions };
}

export async function rolesAndDatabases(client: Client): Promise<{ roles: string[]; databases: string[] }> {
  return { roles: await names(client, rolesSql), databases: await names(client, databasesSql) };
}

/**
 * Reads the ledger and checks contents, relations and sequences. An instance that cannot be read is corrupt.
 * @param assertions the user's own, asked before anything else is looked at
 */
export async function prove(restored: Restored, assertions?: readonly Assertion[]): Promise<Proof> {
  const client = await restored.connect();
  try {
    const answers = assertions && (await askAssertions(client, assertions));
    const { roles, databases, extensions } = await belongingsOf(client, (database) => restored.connect(database));
    const corruption: string[] = [];
    const orElse = <T>(work: Promise<T>, otherwise: T): Promise<T> =>
      work.catch((error: Error) => {
        corruption.push(error.message);
        return otherwise;
      });
    const { rows, workers, duplicates } = await orElse<LedgerRead>(
      readLedger(client, restored.instance.name, 'primary'),
      { rows: 0, workers: {}, duplicates: [] },
    );
    const contents = await orElse(readContents(client), { damaged: 0, digest: '' });
    const sequences = await orElse(readSequences(client), []);
    let relations = 0;
    for (const database of databases) relations += await checkRelations(restored, database, corruption);
    return {
      kind: 'proof',
      ...{ rows, workers, duplicates, relations, corruption, roles, databases, extensions, sequences },
      ...(answers && { assertions: answers }),
      damagedRows: contents.damaged,
      digest: contents.digest,
    };
  } finally {
    await client.end();
  }
}

async function readContents(client: Client): Promise<{ damaged: number; digest: string }> {
  const { rows } = await client.query<{ damaged: number; digest: string }>(`
    select count(*) filter (where content is distinct from ${contentSql})::int as damaged,
      md5(coalesce(string_agg(concat_ws('-', worker, op, extract(epoch from at), content), ',' order by worker, op, id), '')) as digest
    from ${ledgerTable}`);
  return rows[0]!;
}

/** Sequences that columns of this database draw from. */
const sequencesSql = `
select s.oid::regclass::text as name, t.oid::regclass::text as "table", quote_ident(a.attname) as "column"
from pg_class s
  join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
    and d.deptype in ('a', 'i')
  join pg_class t on t.oid = d.refobjid
  join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
where s.relkind = 'S' order by 1`;

async function readSequences(client: Client): Promise<Proof['sequences']> {
  const { rows } = await client.query<{ name: string; table: string; column: string }>(sequencesSql);
  const found: Proof['sequences'] = [];
  for (const { name, table, column } of rows) {
    const sql = `select (select case when is_called then last_value else last_value - 1 end from ${name})::float8 as last,
      (select coalesce(max(${column}), 0) from ${table})::float8 as max`;
    const { rows: values } = await client.query<{ last: number; max: number }>(sql);
    found.push({ name, ...values[0]! });
  }
  return found;
}

/** Tables and B-tree indexes that hold data, as pg_amcheck chooses them. */
const relationsSql = `
select c.oid::text as oid, c.oid::regclass::text as name, c.relkind = 'i' as index
from pg_class c left join pg_index i on i.indexrelid = c.oid left join pg_am m on m.oid = c.relam
where c.relpersistence = 'p' and c.relkind in ('r', 'm', 't', 'i')
  and (c.relkind <> 'i' or (m.amname = 'btree' and i.indisvalid and i.indisready))`;

/** Does what pg_amcheck does in one database. @returns how many relations were looked through */
async function checkRelations(restored: Restored, database: string, corruption: string[]): Promise<number> {
  const client = await restored.connect(database);
  try {
    await client.query('create extension if not exists amcheck');
    const { rows } = await client.query<{ oid: string; name: string; index: boolean }>(relationsSql);
    for (const { oid, name, index } of rows) {
      const check = index
        ? `select null as msg from bt_index_check(${oid}, true)`
        : `select msg from verify_heapam(${oid})`;
      const said = await client
        .query<{ msg: string | null }>(check)
        .catch((error: Error) => ({ rows: [{ msg: error.message }] }));
      for (const { msg } of said.rows) if (msg) corruption.push(`${database}: ${name}: ${msg}`);
    }
    return rows.length;
  } finally {
    await client.end();
  }
}

async function names(client: Client, sql: string): Promise<string[]> {
  return (await client.query<{ name: string }>(sql)).rows.map(({ name }) => name);
}
