import { pgbouncer } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { parameterOf, parameterPath, placeOfParameter } from '../pooler.ts';

const defaultSeconds = 15;
/** A few tries in the time that a promotion takes. */
const atMostSeconds = 3;

/** After a failed login PgBouncer makes no other for `server_login_retry`, and answers clients with the old error. */
export const poolerLoginRetry: Rule = {
  id: 'pooler-login-retry',
  severity: 'warning',
  title: 'pooler waits too long after a failed login',
  documentation: pgbouncer('server_login_retry'),
  *check(inventory) {
    for (const resource of inventory.poolers) {
      const set = parameterOf(resource, 'server_login_retry');
      const seconds = set ?? defaultSeconds;
      if (seconds <= atMostSeconds) continue;
      yield {
        resource,
        at: placeOfParameter(resource, 'server_login_retry'),
        message:
          `server_login_retry is ${seconds} s${set === undefined ? ' by default' : ''}: a login that fails during a ` +
          `failover holds the pool for ${seconds} s, in which every client gets the stored error although the new ` +
          `primary is up. Clients are down up to ${seconds} s (or a multiple of it) longer than the failover takes.`,
        change: [setIn(...parameterPath(resource, 'server_login_retry'), '1')],
      };
    }
  },
};
