/** Sessions of the load's own role, by its password: what they run has the rights of that role, whatever it does. */
import type { Client } from 'pg';
import type { Instance } from '../../faults/target.ts';
import type { Endpoint } from '../../load/endpoint.ts';
import { until } from '../../wait.ts';
import { connectSocket } from '../cnpg/api/socket.ts';
import type { ClusterAt } from '../cnpg/faults/at.ts';
import { postgresContainer } from '../cnpg/names.ts';
import { connected } from '../connected.ts';

/** PostgreSQL's own in each instance of CloudNativePG. */
const usualPort = 5432;
const connectWithinMs = 5_000;

export type PasswordLogin = Pick<Endpoint, 'database' | 'user' | 'password' | 'ca' | 'serverName'>;

/**
 * Logs in at one instance by the loopback of its pod, where CloudNativePG asks every role for its password; where the rules
 * of the Cluster (`pg_hba`) refuse that, by the address of the pod, with TLS.
 * @throws Error where the instance is down, or refuses the role
 */
export async function loginAt(
  { kube, site }: Pick<ClusterAt, 'kube' | 'site'>,
  instance: Pick<Instance, 'name' | 'address'>,
  { ca, serverName, database, user, password }: PasswordLogin,
  port = usualPort,
): Promise<Client> {
  const login = { database, user, password, application_name: 'pgdrill' };
  const pod = { namespace: site.namespace, pod: instance.name, container: postgresContainer, port };
  try {
    return await connectSocket(kube, pod, login, connectWithinMs);
  } catch (error) {
    // Never without TLS: any server that has taken the address would be sent the password.
    if (!isRefusedByRule(error) || !instance.address || !ca) throw error;
    const ssl = { ca, ...(serverName && { servername: serverName }) };
    return connected({ ...login, host: instance.address, port, ssl, connectionTimeoutMillis: connectWithinMs });
  }
}

const roomWithinMs = 30_000;
/** PostgreSQL's errors where all connections are in use, which a superuser would still have, and where it is starting. */
const passing: ReadonlySet<unknown> = new Set(['53300', '57P03']);

/** As `loginAt`, but a server that has no connection left for the role, or is starting, is waited for. */
export async function loginOnceThereIsRoom(
  at: Pick<ClusterAt, 'kube' | 'site'>,
  instance: Pick<Instance, 'name' | 'address'>,
  login: PasswordLogin,
  { withinMs = roomWithinMs, everyMs = 1_000, port = usualPort } = {},
): Promise<Client> {
  let why = '';
  const enter = () =>
    loginAt(at, instance, login, port).catch((error: Error & { readonly code?: string }) => {
      if (!passing.has(error.code)) throw error;
      why = error.message;
      return undefined;
    });
  return until(enter, { withinMs, everyMs, what: `${instance.name} to let ${login.user} in`, why: () => why });
}

/** No rule of pg_hba.conf lets the connection in, or one rejects it; a wrong password has a code of its own. */
const isRefusedByRule = (error: unknown): boolean => (error as { readonly code?: unknown }).code === '28000';
