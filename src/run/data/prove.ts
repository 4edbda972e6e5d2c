/** Looks at all that a restored instance holds. What is wrong with it is for the measures to say. */
import type { Client } from 'pg';
import type { Draft } from '../../journal/event.ts';
import { contentSql, ledgerTable } from '../../load/process/protocol.ts';
import { readLedger } from '../../load/writers/ledger.ts';
import { amcheck } from '../../postgres/amcheck.ts';
import { type Assertion, askAssertions } from '../../postgres/assertion.ts';
import { type Ask, readWithOwnNames } from '../../postgres/own-names.ts';
import { withReader } from '../../postgres/reader.ts';
import { shortened } from '../../postgres/shortened.ts';
import type { Restored } from '../../stacks/backups.ts';

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
    // Before anything is looked for: a name that the owner of the database put before the catalogue's would run as superuser.
    await client.query('set search_path = pg_catalog');
    const corruption: string[] = [];
    const orElse = <T>(work: Promise<T>, otherwise: T): Promise<T> =>
      work.catch((error: Error) => {
        corruption.push(shortened(error.message));
        return otherwise;
      });
    const { answers, ledger, contents, sequences } = await withReader(client, restored.login, async (reader) => ({
      answers: assertions && (await askAssertions(reader, assertions)),
      ledger: await orElse<LedgerRead>(readLedger(reader, restored.instance.name, 'primary', client), {
        ...{ rows: 0, workers: {}, duplicates: [] },
      }),
      contents: await orElse(readWithOwnNames(reader, readContents), { damaged: 0, digest: '' }),
      sequences: await orElse(readWithOwnNames(reader, readSequences), []),
    }));
    const { rows, workers, duplicates } = ledger;
    const { roles, databases, extensions } = await belongingsOf(client, (database) => restored.connect(database));
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

async function readContents(ask: Ask): Promise<{ damaged: number; digest: string }> {
  const rows = await ask<{ damaged: number; digest: string }>(`
    select count(*) filter (where content is distinct from ${contentSql})::int as damaged,
      md5(coalesce(string_agg(concat_ws('-', worker, op, extract(epoch from at), content), ',' order by worker, op, id), '')) as digest
    from ${ledgerTable}`);
  return rows[0]!;
}

/** Sequences that columns of this database draw from, and that the role may read: not those that an extension keeps to itself. */
const sequencesSql = `
select s.oid::regclass::text as name, t.oid::regclass::text as "table", quote_ident(a.attname) as "column"
from pg_class s
  join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
    and d.deptype in ('a', 'i')
  join pg_class t on t.oid = d.refobjid
  join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
where s.relkind = 'S' and t.relkind in ('r', 'p')
  and a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
  and has_table_privilege(s.oid, 'select') and has_table_privilege(t.oid, 'select') order by 1`;

async function readSequences(ask: Ask): Promise<Proof['sequences']> {
  const rows = await ask<{ name: string; table: string; column: string }>(sequencesSql);
  const found: Proof['sequences'] = [];
  for (const { name, table, column } of rows) {
    const sql = `select (select case when is_called then last_value else last_value - 1 end from ${name})::text as last,
      (select coalesce(max(${column}), 0) from ${table})::text as max`;
    const [values] = await ask<{ last: string; max: string }>(sql);
    found.push({ name: shortened(name), last: numberOf(values!.last), max: numberOf(values!.max) });
  }
  return found;
}

/** A numeric column holds more than a double does: such a value is the largest that the journal can hold. `NaN` is not a key. */
const numberOf = (text: string): number =>
  text === 'NaN' ? 0 : Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, Number(text)));

/** Findings of one database in the report: their text may be the owner's of a table. */
const mostFindings = 20;

/** @returns how many relations of one database were looked through */
async function checkRelations(restored: Restored, database: string, corruption: string[]): Promise<number> {
  const client = await restored.connect(database);
  try {
    const checked = await amcheck(client);
    const said = checked.corruption.slice(0, mostFindings).map((what) => shortened(`${database}: ${what}`));
    const more = checked.corruption.length - said.length;
    corruption.push(...said, ...(more > 0 ? [`${database}: ${more} more findings`] : []));
    return checked.relations;
  } finally {
    await client.end();
  }
}

async function names(client: Client, sql: string): Promise<string[]> {
  return (await client.query<{ name: string }>(sql)).rows.map(({ name }) => shortened(name));
}
