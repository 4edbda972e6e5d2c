/**
 * A role that reads a restored copy. What it reads belongs to others, whose code comes with it: views, operators, casts, and
 * the expressions of indexes, which planning evaluates. So that none of it runs as a superuser, the role logs in itself: from
 * a session that a superuser began, `reset role` returns to the superuser.
 */
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { hideSecrets } from '../secrets.ts';
import { disableEventTriggers } from './event-triggers.ts';

/**
 * Exists while a copy is read. It sees rows that policies (RLS) would hide. Nobody can foretell the name: sessions look names up
 * in a schema named like their role, which anybody with CREATE on the database could have made.
 */
const newName = (): string => `pgdrill_reads_${randomBytes(8).toString('hex')}`;

/**
 * What it may read, as statements: the users' schemas of this database. `pg_read_all_data` would add those tables of the
 * catalogue that hold secrets of all databases: verifiers of passwords, accounts of subscriptions and of foreign servers.
 */
const grantsSql = (name: string): string => `
select format('grant usage on schema %1$I to ${name}; grant select on all tables in schema %1$I to ${name};
  grant select on all sequences in schema %1$I to ${name}', nspname) as sql
from pg_catalog.pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`;

/**
 * Relations of extensions that nobody but their owner may read: accounts of other databases, jobs with their connections. Asked
 * after the grants, which it takes back.
 */
const revokesSql = (name: string): string => `
select format('revoke all on %s %I.%I from ${name}', case c.relkind when 'S' then 'sequence' else 'table' end, n.nspname, c.relname) as sql
from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.objsubid = 0
    and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.deptype = 'e'
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (
    select from pg_catalog.aclexplode(c.relacl) a
    where a.privilege_type = 'SELECT' and a.grantee <> c.relowner
      and a.grantee <> (select oid from pg_catalog.pg_roles where rolname = '${name}'))`;

export type Login = (user: string, password: string) => Promise<Client>;

/**
 * @param admin a superuser's session of the copy
 * @param login logs in to the database that is read; absent where the data are the harness's own: `admin` becomes the role
 * @param read what is done with the session. The role is gone afterwards
 */
export async function withReader<T>(
  admin: Client,
  login: Login | undefined,
  read: (client: Client) => Promise<T>,
): Promise<T> {
  const name = newName();
  const password = randomBytes(24).toString('hex');
  hideSecrets([password]);
  await admin.query('begin');
  // The copy has the log settings of production.
  await admin.query("set local log_statement = 'none'");
  // And perhaps the older way to keep passwords, by which CloudNativePG lets nobody in.
  await admin.query("set local password_encryption = 'scram-sha-256'");
  await disableEventTriggers(admin);
  await admin.query(`create role ${name} login password '${password}' bypassrls`);
  // Beside the transactions that begin read-only; a session may change this.
  await admin.query(`alter role ${name} set default_transaction_read_only = on`);
  for (const statements of [grantsSql(name), revokesSql(name)]) {
    const { rows } = await admin.query<{ sql: string }>(statements);
    for (const { sql } of rows) await admin.query(sql);
  }
  await admin.query('commit');
  try {
    return login ? await readAs(await login(name, password), read) : await readUnder(admin, name, read);
  } finally {
    await admin.query('begin');
    await admin.query(`drop owned by ${name}`);
    await admin.query(`drop role ${name}`);
    await admin.query('commit');
  }
}

const readAs = <T>(client: Client, read: (client: Client) => Promise<T>): Promise<T> =>
  read(client).finally(() => client.end());

async function readUnder<T>(admin: Client, name: string, read: (client: Client) => Promise<T>): Promise<T> {
  await admin.query(`set role ${name}`);
  // Assertions find their names where the sessions of users do.
  await admin.query('reset search_path');
  return read(admin).finally(async () => {
    await admin.query('reset role');
    await admin.query('set search_path = pg_catalog');
  });
}
