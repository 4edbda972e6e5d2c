import { pgbouncer } from '../documentation.ts';
import { eachPooler } from '../each.ts';
import { pooler } from '../example.ts';
import type { Rule } from '../finding.ts';
import { isOfSingle, parameterOf, parameters, placeOfParameter } from '../objects/pooler.ts';

/** A query that waits for its answer sends nothing: only keepalives find that its server is gone, here after 25 s. */
const timers = [
  ['tcp_keepidle', '10'],
  ['tcp_keepintvl', '5'],
  ['tcp_keepcnt', '3'],
  ['tcp_user_timeout', '25000'],
] as const;

/** Only TCP's own timeouts end an established connection to a node that vanished. */
export const poolerDeadConnections: Rule = {
  id: 'pooler-dead-connections',
  severity: 'info',
  onlyInProduction: true,
  title: 'pooler does not notice connections to a node that vanished',
  documentation: pgbouncer('tcp_user_timeout'),
  explanation:
    'A query that is under way when a node vanishes waits for an answer that never comes. Without `tcp_user_timeout` or ' +
    'shorter keepalives the kernel gives such a connection up after minutes to hours, and its client hangs as long.',
  bad: pooler('instances: 1\npgbouncer:\n  poolMode: transaction'),
  drill: 'node-isolated',
  check: eachPooler(function* (resource, inventory) {
    // A Cluster of one instance has no other server to take over.
    if (isOfSingle(resource, inventory)) return;
    const bounds = ['tcp_user_timeout', 'tcp_keepidle', 'query_timeout'];
    if (bounds.some((name) => (parameterOf(resource, name) ?? 0) > 0)) return;
    yield {
      resource,
      at: placeOfParameter(resource, 'tcp_user_timeout'),
      message:
        `tcp_user_timeout is off and keepalives are the kernel’s (two hours): a query that was under way to a node ` +
        `that vanished hangs, with its client, for many minutes, also when another server has long taken over.`,
      change: resource.setAll(timers.map(([name, value]) => [[...parameters, name], value])),
    };
  }),
};
