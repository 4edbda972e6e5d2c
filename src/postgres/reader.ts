/**
 * A role that reads a restored copy. What it reads belongs to others, whose code comes with it: views, operators, casts, and
 * the expressions of indexes, which planning evaluates. So that none of it runs as a superuser, the role logs in itself: from
 * a session that a superuser began, `reset role` returns to the superuser.
 */
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { hideSecrets } from '../secrets.ts';

/** PostgreSQL's own role that reads every table, and neither files nor other sessions. It cannot log in. */
const allData = 'pg_read_all_data';
/** Exists while a copy is read. It sees rows that policies (RLS) would hide. */
const name = 'pgdrill_assertions';

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
  await admin.query(`create role ${name} login password '${password}' bypassrls in role ${allData}`);
  await admin.query('commit');
  try {
    return login ? await readAs(await login(name, password), read) : await readUnder(admin, read);
  } finally {
    await admin.query(`drop role ${name}`);
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
