import { pgbouncer } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { parameterOf, parameterPath, placeOfParameter } from '../pooler.ts';

/** An established connection to a node that vanished is noticed only by TCP's own timers. */
export const poolerDeadConnections: Rule = {
  id: 'pooler-dead-connections',
  severity: 'info',
  title: 'pooler does not notice connections to a node that vanished',
  documentation: pgbouncer('tcp_user_timeout'),
  *check(inventory) {
    for (const resource of inventory.poolers) {
      const bounds = ['tcp_user_timeout', 'tcp_keepidle', 'query_timeout'];
      if (bounds.some((name) => (parameterOf(resource, name) ?? 0) > 0)) continue;
      yield {
        resource,
        at: placeOfParameter(resource, 'tcp_user_timeout'),
        message:
          `tcp_user_timeout is off and keepalives are the kernel’s (two hours): a query that was under way to a node ` +
          `that vanished hangs, with its client, for many minutes, long after the new primary serves everyone else.`,
        change: [setIn(...parameterPath(resource, 'tcp_user_timeout'), '10000')],
      };
    }
  },
};
