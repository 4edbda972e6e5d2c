import { pgbouncer } from '../documentation.ts';
import { eachPooler } from '../each.ts';
import { pooler } from '../example.ts';
import type { Rule } from '../finding.ts';
import { maxClientsOf, poolSizeOf } from '../objects/connections.ts';
import { placeOfParameter, setParameter } from '../objects/pooler.ts';

/** A pool that has more servers than clients may connect is never used in full. */
export const poolerClientLimit: Rule = {
  id: 'pooler-client-limit',
  severity: 'warning',
  title: 'fewer clients than the pool has servers',
  documentation: pgbouncer('max_client_conn'),
  explanation:
    'PgBouncer refuses clients beyond `max_client_conn` (100 by default; “no more connections allowed”). When that is ' +
    'less than the size of a pool, connections to PostgreSQL stay unused while clients are refused. When all clients ' +
    'reconnect after a failover, the limit is met first.',
  bad: pooler(
    'instances: 2\npgbouncer:\n  poolMode: transaction\n  parameters:\n    default_pool_size: "50"\n    max_client_conn: "20"',
  ),
  drill: 'failover-storm',
  check: eachPooler(function* (resource) {
    const clients = maxClientsOf(resource);
    const size = poolSizeOf(resource);
    if (clients >= size) return;
    yield {
      resource,
      at: placeOfParameter(resource, 'max_client_conn'),
      message:
        `max_client_conn admits ${clients} clients and one pool holds ${size} connections to PostgreSQL: clients are ` +
        `refused while connections are idle.`,
      change: setParameter(resource, 'max_client_conn', String(Math.max(100, 10 * size))),
    };
  }),
};
