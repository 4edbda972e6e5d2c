/** PgBouncer: pools per user and database, in front of HAProxy's port for writes. */
import type { Topology } from '../../../scenario/topology.ts';
import { type HostPlan, ports } from '../plan.ts';
import { databases, type Secrets } from '../root/template.ts';
import { type Chosen, settingsOf } from '../settings.ts';
import { pgbouncerSocketFolder } from './places.ts';

export function pgbouncerIni(host: HostPlan, pooler: Topology['pooler'], chosen: Chosen): string {
  const timers = settingsOf('pgbouncer', chosen).map(({ name, value, why }) => `; ${why}\n${name} = ${value}`);
  const targets = ['postgres', ...databases].map((name) => `${name} = host=haproxy port=${ports.readWrite}`);
  return `[databases]
${targets.join('\n')}

[pgbouncer]
listen_addr = ${host.address}
listen_port = ${ports.pgbouncer}
unix_socket_dir = ${pgbouncerSocketFolder}
default_pool_size = ${pooler.poolSize}
; from the seed
max_client_conn = 1000
; SCRAM from the client to PgBouncer, and with the client's own keys on to PostgreSQL: no password is stored here but
; that of the one role that looks verifiers up
auth_type = scram-sha-256
auth_file = /etc/pgdrill/users.txt
auth_user = pgbouncer
auth_dbname = postgres
auth_query = select name, verifier from pgbouncer.user_lookup($1)
; may look at the console, may change nothing
stats_users = observer
; libpq's clients send it; PgBouncer cannot follow it
ignore_startup_parameters = extra_float_digits
; prepared statements survive a change of the server connection in transaction mode
max_prepared_statements = 200
log_connections = 1
log_disconnections = 1
log_pooler_errors = 1
syslog = 0

${timers.join('\n')}
`;
}

export const pgbouncerUsers = (secret: Secrets): string =>
  `"pgbouncer" "${secret.pgbouncer}"\n"observer" "${secret.observer}"\n`;
