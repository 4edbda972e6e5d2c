/** How an endpoint is reached with `pg`: the same settings for load, probes and the driver's own reads. */
import { checkServerIdentity } from 'node:tls';
import pg from 'pg';
import { SetupError } from '../../errors.ts';
import type { Endpoint } from '../endpoint.ts';
import { errorText, type LoadError } from './outcome.ts';

const connectWithinMs = 10_000;

/** The settings of a client for an endpoint, values unparsed: everything comes as text. */
export function clientConfig(endpoint: Endpoint): pg.ClientConfig {
  const { host, port, database, user, password, ca, serverName = host } = endpoint;
  return {
    host,
    port,
    database,
    user,
    password,
    // One name for all: PgBouncer would otherwise set it again on a server connection at each change of client.
    application_name: 'pgdrill',
    types: { getTypeParser: () => (value: unknown) => value },
    ...(ca !== undefined && {
      ssl: { ca, checkServerIdentity: (_host: string, certificate) => checkServerIdentity(serverName, certificate) },
    }),
  };
}

/**
 * A connection for the driver's own use, as the load's user. All values come as text. The caller ends it.
 * @throws SetupError saying which endpoint refused, and how
 */
export async function connect(endpoint: Endpoint): Promise<pg.Client> {
  const client = new pg.Client({ ...clientConfig(endpoint), connectionTimeoutMillis: connectWithinMs });
  // Without a listener a lost connection would end the process (node-postgres issue 3202); queries reject on their own.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    const { name, host, port, database, user } = endpoint;
    throw new SetupError(
      `expected ${user} to log in to ${database} at ${name} (${host}:${port}), but got ${errorText(error as LoadError)}; ` +
        'see that the server is up and the password right',
      { cause: error },
    );
  }
}
