import { pgbouncer } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { parameterOf, parameterPath, placeOfParameter } from '../pooler.ts';

const defaultSeconds = 15;
const atMostSeconds = 5;

/** A node that vanishes answers nothing: a connection attempt under way hangs until this time-out. */
export const poolerConnectTimeout: Rule = {
  id: 'pooler-connect-timeout',
  severity: 'warning',
  title: 'pooler waits too long for a server that does not answer',
  documentation: pgbouncer('server_connect_timeout'),
  *check(inventory) {
    for (const resource of inventory.poolers) {
      const set = parameterOf(resource, 'server_connect_timeout');
      const seconds = set ?? defaultSeconds;
      if (seconds > 0 && seconds <= atMostSeconds) continue;
      yield {
        resource,
        at: placeOfParameter(resource, 'server_connect_timeout'),
        message:
          `server_connect_timeout is ${seconds === 0 ? 'off' : `${seconds} s`}${set === undefined ? ' by default' : ''}: ` +
          `when the primary’s node vanishes, nothing answers, and PgBouncer, which makes one connection at a time per ` +
          `pool, waits that long on a dead address before it tries the new primary.`,
        change: [setIn(...parameterPath(resource, 'server_connect_timeout'), '3')],
      };
    }
  },
};
