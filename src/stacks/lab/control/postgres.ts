/** Connections by local sockets: no fault of the network cuts them. */
import type { Client } from 'pg';
import { pgbouncerSocketFolder, postgresSocketFolder } from '../config/places.ts';
import { type HostId, insideHost } from '../hosts/host.ts';
import { ports } from '../plan.ts';
import type { SecretName, Secrets } from '../root/template.ts';

/** The database that the load uses, owned by the role of the same name. */
export const loadDatabase = 'myapp_prod';

export interface ConnectOptions {
  /** An attempt that takes longer is given up. */
  readonly withinMs?: number;
  /** A query that takes longer is given up; its connection is then of no more use. */
  readonly queryWithinMs?: number;
}

/** A superuser's connection to the PostgreSQL of a host. @throws Error where it is down or does not let us in */
export async function connectPostgres(host: HostId, database: string, options: ConnectOptions = {}): Promise<Client> {
  return connect(
    await insideHost(host, postgresSocketFolder),
    ports.postgres,
    database,
    'postgres',
    undefined,
    options,
  );
}

/** The same as another role, which has no more rights there than over the network. */
export async function connectAs(
  role: SecretName,
  host: HostId,
  database: string,
  secret: Secrets,
  options: ConnectOptions = {},
): Promise<Client> {
  return connect(await insideHost(host, postgresSocketFolder), ports.postgres, database, role, secret[role], options);
}

/** A connection to PgBouncer's console, which answers SHOW commands. */
export async function connectConsole(host: HostId, secret: Secrets, options: ConnectOptions = {}): Promise<Client> {
  const folder = await insideHost(host, pgbouncerSocketFolder);
  return connect(folder, ports.pgbouncer, 'pgbouncer', 'observer', secret.observer, options);
}

/** A connection through PgBouncer as the load's own user. */
export async function connectThroughPooler(
  host: HostId,
  secret: Secrets,
  options: ConnectOptions = {},
): Promise<Client> {
  const folder = await insideHost(host, pgbouncerSocketFolder);
  return connect(folder, ports.pgbouncer, loadDatabase, loadDatabase, secret[loadDatabase], options);
}

async function connect(
  folder: string,
  port: number,
  database: string,
  user: string,
  password: string | undefined,
  { withinMs = 3_000, queryWithinMs }: ConnectOptions,
): Promise<Client> {
  const pg = await import('pg');
  const client = new pg.Client({
    host: folder,
    port,
    database,
    user,
    password: password ?? '',
    connectionTimeoutMillis: withinMs,
    ...(queryWithinMs !== undefined && { query_timeout: queryWithinMs }),
  });
  // A connection that breaks between two queries would otherwise end the process; the next query reports it.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return client;
}
