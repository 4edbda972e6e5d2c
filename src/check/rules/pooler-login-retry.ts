import { pgbouncer } from '../documentation.ts';
import { eachPooler } from '../each.ts';
import { pooler } from '../example.ts';
import type { Rule } from '../finding.ts';
import { isOfSingle, isReadOnlyPooler, parameterOf, placeOfParameter, setParameter } from '../objects/pooler.ts';

const defaultSeconds = 15;
/** Less than this is not worth a finding: it is the most that a change saves. */
const leastSeconds = 10;

/** After a failed login PgBouncer makes no other one for `server_login_retry`, and answers clients with the old error. */
export const poolerLoginRetry: Rule = {
  id: 'pooler-login-retry',
  severity: 'warning',
  onlyInProduction: true,
  title: 'pooler waits too long after a failed login',
  documentation: pgbouncer('server_login_retry'),
  explanation:
    'After a login that failed, PgBouncer does not try again for `server_login_retry` (15 s by default) and answers every ' +
    'client with the stored error, although the new primary is up. Clients are down up to that much longer than ' +
    'the failover takes.',
  bad: pooler('instances: 1\npgbouncer:\n  poolMode: transaction'),
  drill: 'primary-delete-now',
  with: 'server_login_retry=1',
  measured:
    'with `server_login_retry` 1 s the pooler added 0.0 to 1.3 s in 16 failovers on k3s with CloudNativePG 1.30; with 15 s it held its clients for another 3.0 and 4.7 s in two deletions (`docs/measured.md`)',
  check: eachPooler(function* (resource, inventory) {
    // A Cluster of one instance has no other server to take over.
    if (isOfSingle(resource, inventory)) return;
    const set = parameterOf(resource, 'server_login_retry');
    const seconds = set ?? defaultSeconds;
    if (seconds < leastSeconds) return;
    const healthy = isReadOnlyPooler(resource) ? 'other standbys are up' : 'the new primary is up';
    yield {
      resource,
      at: placeOfParameter(resource, 'server_login_retry'),
      message:
        `server_login_retry is ${seconds} s${set === undefined ? ' (the default)' : ''}: a login that fails during a ` +
        `failover holds the pool for ${seconds} s, in which every client gets the stored error although ${healthy}. ` +
        `Clients are down up to ${seconds} s longer than the failover takes.`,
      change: setParameter(resource, 'server_login_retry', '1'),
    };
  }),
};
