/** Schemas of drills whose lease is gone: nothing names the database, and every database of the cluster is looked into. */
import type { Client } from 'pg';
import { dropSchema, holdsDrill, isHeld } from '../schema.ts';

/** Connects to a database of the primary as a superuser. */
export type Connect = (database: string) => Promise<Pick<Client, 'query' | 'end'>>;

async function asked<T>(connect: Connect, database: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(database);
  return work(client as Client).finally(() => client.end());
}

/** The databases that hold a schema with a table of a drill. @throws the connection's error */
export async function databasesOfDrills(connect: Connect): Promise<readonly string[]> {
  const { rows } = await asked(connect, 'postgres', (client) =>
    client.query<{ datname: string }>(
      'select datname from pg_database where datallowconn and not datistemplate order by datname',
    ),
  );
  const found: string[] = [];
  for (const { datname } of rows) if (await asked(connect, datname, holdsDrill)) found.push(datname);
  return found;
}

/** Drops the schema of a drill where it still is one. @returns the databases that it was dropped in */
export async function dropOrphans(connect: Connect, databases: readonly string[]): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (const database of databases)
    await asked(connect, database, async (client) => {
      if (!(await holdsDrill(client))) return;
      await dropSchema(client);
      dropped.push(database);
    }).catch((error: unknown) => {
      // What others depend on stays, and is found by the look for what is left.
      if (!isHeld(error)) throw error;
    });
  return dropped;
}
