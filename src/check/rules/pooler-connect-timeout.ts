import { pgbouncer } from '../documentation.ts';
import { eachPooler } from '../each.ts';
import { pooler } from '../example.ts';
import type { Rule } from '../finding.ts';
import { isOfSingle, parameterOf, parameters, placeOfParameter, serverOf } from '../objects/pooler.ts';

const defaultSeconds = 15;
const atMostSeconds = 5;
const recommendedSeconds = 3;
/** The default of `server_login_retry`. */
const defaultRetrySeconds = 15;

/** A node that vanishes answers nothing: a connection attempt under way hangs until this timeout. */
export const poolerConnectTimeout: Rule = {
  id: 'pooler-connect-timeout',
  severity: 'warning',
  onlyInProduction: true,
  title: 'pooler waits too long for a server that does not answer',
  documentation: pgbouncer('server_connect_timeout'),
  explanation:
    'A node that vanishes sends no refusal. PgBouncer makes one connection at a time in each pool, and an attempt on the ' +
    'dead address holds the pool for `server_connect_timeout` (15 s by default), also when a new primary is up. The next ' +
    'attempt follows no sooner than `server_login_retry` after the start of the one that failed, so the change lowers both.',
  bad: pooler('instances: 1\npgbouncer:\n  poolMode: transaction'),
  drill: 'node-isolated',
  with: 'server_connect_timeout=3',
  measured:
    'after a deletion on the lab the next login hung until `server_connect_timeout` (5 s there) in six of six runs, which held the pooler for 2.8 to 4.2 s (`docs/measured.md`)',
  check: eachPooler(function* (resource, inventory) {
    if (isOfSingle(resource, inventory)) return;
    const set = parameterOf(resource, 'server_connect_timeout');
    const seconds = set ?? defaultSeconds;
    if (seconds > 0 && seconds <= atMostSeconds) return;
    const retry = parameterOf(resource, 'server_login_retry') ?? defaultRetrySeconds;
    // A shorter timeout alone changes nothing: the pool would wait for the retry.
    const isHeld = retry > recommendedSeconds;
    yield {
      resource,
      at: placeOfParameter(resource, 'server_connect_timeout'),
      message:
        `server_connect_timeout is ${seconds === 0 ? 'off' : `${seconds} s`}${set === undefined ? ' (the default)' : ''}: ` +
        `when the node of the ${serverOf(resource)} vanishes, nothing answers, and PgBouncer, which makes one connection ` +
        `at a time in each pool, waits that long on the dead address before it tries another server.` +
        (isHeld
          ? ' server_login_retry counts from the start of the attempt that failed, and holds the pool too: lower both.'
          : ''),
      change: resource.setAll([
        [[...parameters, 'server_connect_timeout'], String(recommendedSeconds)],
        ...(isHeld ? [[[...parameters, 'server_login_retry'], '1'] as const] : []),
      ]),
    };
  }),
};
