import { pgbouncer } from '../documentation.ts';
import { eachPooler } from '../each.ts';
import { pooler } from '../example.ts';
import type { Rule } from '../finding.ts';
import { isOfSingle, parameterOf, placeOfParameter, serverOf, setParameter } from '../objects/pooler.ts';

const defaultSeconds = 15;
const atMostSeconds = 5;

/** A node that vanishes answers nothing: a connection attempt under way hangs until this timeout. */
export const poolerConnectTimeout: Rule = {
  id: 'pooler-connect-timeout',
  severity: 'warning',
  onlyInProduction: true,
  title: 'pooler waits too long for a server that does not answer',
  documentation: pgbouncer('server_connect_timeout'),
  explanation:
    'A node that vanishes sends no refusal. PgBouncer makes one connection at a time in each pool, and an attempt on the ' +
    'dead address holds the pool for `server_connect_timeout` (15 s by default), also when a new primary is up.',
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
    yield {
      resource,
      at: placeOfParameter(resource, 'server_connect_timeout'),
      message:
        `server_connect_timeout is ${seconds === 0 ? 'off' : `${seconds} s`}${set === undefined ? ' (the default)' : ''}: ` +
        `when the node of the ${serverOf(resource)} vanishes, nothing answers, and PgBouncer, which makes one connection ` +
        `at a time in each pool, waits that long on the dead address before it tries another server.`,
      change: setParameter(resource, 'server_connect_timeout', '3'),
    };
  }),
};
