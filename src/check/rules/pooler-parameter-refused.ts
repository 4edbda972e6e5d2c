import { closest, distance } from 'fastest-levenshtein';
import { isMap, type YAMLMap } from 'yaml';
import { removeEntry } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachPooler } from '../each.ts';
import { pooler } from '../example.ts';
import type { Rule } from '../finding.ts';
import { entries } from '../text/nodes.ts';
import { partsOf } from '../tree/merge.ts';

/** The parameters that the operator's webhook admits. Source: CloudNativePG 1.30, "PgBouncer configuration options". */
const admitted = new Set(
  (
    'application_name_add_host auth_type auth_user autodb_idle_timeout cancel_wait_timeout client_idle_timeout ' +
    'client_login_timeout client_tls_ciphers client_tls_sslmode client_tls13_ciphers default_pool_size disable_pqexec ' +
    'dns_max_ttl dns_nxdomain_ttl idle_transaction_timeout ignore_startup_parameters listen_backlog log_connections ' +
    'log_disconnections log_pooler_errors log_stats max_client_conn max_db_connections max_packet_size ' +
    'max_prepared_statements max_user_connections min_pool_size pkt_buf query_timeout query_wait_timeout ' +
    'reserve_pool_size reserve_pool_timeout sbuf_loopcnt server_check_delay server_check_query server_connect_timeout ' +
    'server_fast_close server_idle_timeout server_lifetime server_login_retry server_reset_query ' +
    'server_reset_query_always server_round_robin server_tls_ciphers server_tls13_ciphers server_tls_protocols ' +
    'server_tls_sslmode stats_period suspend_timeout tcp_defer_accept tcp_socket_buffer tcp_keepalive tcp_keepcnt ' +
    'tcp_keepidle tcp_keepintvl tcp_user_timeout track_extra_parameters verbose'
  ).split(' '),
);
/** Parameters whose value has a field of its own. */
const fields: Readonly<Record<string, string>> = { pool_mode: 'spec.pgbouncer.poolMode' };

export const poolerParameterRefused: Rule = {
  id: 'pooler-parameter-refused',
  severity: 'error',
  title: 'PgBouncer parameter that the operator refuses',
  documentation: cnpg('connection_pooling', 'pgbouncer-configuration-options'),
  explanation:
    'The operator admits a list of PgBouncer’s parameters and refuses a Pooler with any other: a new Pooler is not ' +
    'created, and a change of an old one has no effect. `pool_mode` is set by `spec.pgbouncer.poolMode`.',
  bad: pooler(
    'instances: 2\npgbouncer:\n  poolMode: transaction\n  parameters:\n    pool_mode: transaction\n    default_pool_size: "10"',
  ),
  check: eachPooler(function* (resource) {
    const place = resource.at('spec', 'pgbouncer', 'parameters');
    if (!isMap(place?.node)) return;
    const map = place.node as YAMLMap;
    const isOnly = partsOf(map, place.manifest).some((part) => part.map.items.length < 2);
    for (const { key } of entries(map, place.manifest.document)) {
      const name = String(key.value);
      const at = place.manifest.within(map, name);
      if (!at || admitted.has(name) || /[{$]/.test(name)) continue;
      const near = closest(name, [...admitted]);
      const hint = fields[name]
        ? `; ${fields[name]} sets it`
        : distance(name, near) <= 3
          ? ` (did you mean ${near}?)`
          : '';
      yield {
        resource,
        at,
        message: `The operator does not admit the parameter ${name}${hint}: it refuses the Pooler, which is not created or stays as it was.`,
        change: isOnly ? [removeEntry(place)] : [removeEntry(at)],
      };
    }
  }),
};
