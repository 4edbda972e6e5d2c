/**
 * A role that reads a restored copy. What it reads belongs to others, whose code comes with it: views, operators, casts, and
 * the expressions of indexes, which planning evaluates. So that none of it runs as a superuser, the role logs in itself: from
 * a session that a superuser began, `reset role` returns to the superuser.
 */
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { hideSecrets } from '../secrets.ts';

/** Exists while a copy is read. It sees rows that policies (RLS) would hide. */
const name = 'pgdrill_assertions';

/**
 * What it may read, as statements: the users' schemas of this database. `pg_read_all_data` would add those tables of the
 * catalogue that hold secrets of all databases: verifiers of passwords, accounts of subscriptions and of foreign servers.
 */
const grantsSql = `
select format('grant usage on schema %1$I to ${name}; grant select on all tables in schema %1$I to ${name};
  grant select on all sequences in schema %1$I to ${name}', nspname) as sql
from pg_catalog.pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`;

/** Triggers on events would run for the grants, as the superuser; PostgreSQL 17 and later switch all of them off. */
const noEventTriggers = `
set local session_replication_role = replica;
select pg_catalog.set_config(name, 'off', true) from pg_catalog.pg_settings where name = 'event_triggers'`;

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
  const password = randomBytes(24).toString('hex');
  hideSecrets([password]);
  await admin.query('begin');
  // The copy has the log settings of production.
  await admin.query("set local log_statement = 'none'");
  // And perhaps the older way to keep passwords, by which CloudNativePG lets nobody in.
  await admin.query("set local password_encryption = 'scram-sha-256'");
  await admin.query(noEventTriggers);
  await admin.query(`create role ${name} login password '${password}' bypassrls`);
  // Beside the transactions that begin read-only; a session may change this.
  await admin.query(`alter role ${name} set default_transaction_read_only = on`);
  const { rows } = await admin.query<{ sql: string }>(grantsSql);
  for (const { sql } of rows) await admin.query(sql);
  await admin.query('commit');
  try {
    return login ? await readAs(await login(name, password), read) : await readUnder(admin, read);
  } finally {
    await admin.query('begin');
    await admin.query(noEventTriggers);
    await admin.query(`drop owned by ${name}`);
    await admin.query(`drop role ${name}`);
    await admin.query('commit');
  }
}

const readAs = <T>(client: Client, read: (client: Client) => Promise<T>): Promise<T> =>
  read(client).finally(() => client.end());

async function readUnder<T>(admin: Client, read: (client: Client) => Promise<T>): Promise<T> {
  await admin.query(`set role ${name}`);
  // Assertions find their names where the sessions of users do.
  await admin.query('reset search_path');
  return read(admin).finally(async () => {
    await admin.query('reset role');
    await admin.query('set search_path = pg_catalog');
  });
}
