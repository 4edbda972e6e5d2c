/** Connections for the harness's own questions. */
import { Client, type ClientConfig } from 'pg';
import { log } from '../log/log.ts';
import { hideSecrets } from '../secrets.ts';

/** A client that is connected. @throws Error where it cannot be, after it was closed */
export async function connected(config: ClientConfig): Promise<Client> {
  if (typeof config.password === 'string') hideSecrets([config.password]);
  log.debug('connection', { host: config.host, port: config.port, user: config.user, database: config.database });
  const client = new Client(config);
  // A connection that breaks between two queries would otherwise end the process; the next query reports it.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}
