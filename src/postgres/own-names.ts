/**
 * Questions of pgdrill's own in databases of others, who may put functions, types and operators where a session looks names
 * up: in a schema named like its role, in `public`, or wherever the owner of the database points `search_path`. A function
 * whose parameters fit better is called even where the catalogue comes first.
 */
import type { Client, QueryConfig } from 'pg';

/** Until the end of the transaction every name without a schema is the catalogue's; those of the session itself come last. */
const ownNames = 'set local search_path = pg_catalog, pg_temp';

/** Constant statements as a transaction of their own, in which names are the catalogue's. */
export const withOwnNames = (sql: string): string => `begin; ${ownNames}; ${sql}; commit`;

/**
 * Writes in one transaction, at whose beginning names are the catalogue's.
 * @throws what `write` throws, after the transaction was rolled back
 */
export async function writeWithOwnNames(client: Client, write: () => Promise<unknown>): Promise<void> {
  await client.query('begin');
  try {
    await client.query(ownNames);
    await write();
    await client.query('commit');
  } catch (error) {
    // Where the connection is lost, the error of the write says so.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** A query by the extended protocol, which PostgreSQL refuses where the text holds a second statement. */
export interface OneStatement extends QueryConfig {
  readonly queryMode: 'extended';
}

/** Asks one question. @returns its rows */
export type Ask = <Row extends object>(text: string) => Promise<Row[]>;

/**
 * Reads in one snapshot, in a transaction that cannot write and leaves no setting behind. Each question begins with the names
 * of the catalogue, since functions behind what the question before it read may have changed them.
 * @throws PostgreSQL's error
 */
export async function readWithOwnNames<T>(client: Client, read: (ask: Ask) => Promise<T>): Promise<T> {
  await client.query('begin isolation level repeatable read read only');
  try {
    return await read(async <Row extends object>(text: string) => {
      await client.query(ownNames);
      const one: OneStatement = { text, queryMode: 'extended' };
      return (await client.query<Row>(one)).rows;
    });
  } finally {
    // Where the connection is lost, the error of the question says so.
    await client.query('rollback').catch(() => {});
  }
}
