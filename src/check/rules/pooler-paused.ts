import { cnpg } from '../documentation.ts';
import { eachPooler } from '../each.ts';
import { pooler } from '../example.ts';
import type { Rule } from '../finding.ts';

/** A paused pooler lets no query through. */
export const poolerPaused: Rule = {
  id: 'pooler-paused',
  severity: 'error',
  title: 'paused pooler',
  documentation: cnpg('connection_pooling', 'pausing-connections'),
  explanation:
    '`pgbouncer.paused: true` makes PgBouncer hold all queries: every client waits until it is set back. It is meant for ' +
    'the minutes of a maintenance, and not for manifests that stay.',
  bad: pooler('instances: 2\npgbouncer:\n  poolMode: transaction\n  paused: true'),
  drill: 'paused-switchover',
  check: eachPooler(function* (resource) {
    const path = ['spec', 'pgbouncer', 'paused'];
    const at = resource.at(...path);
    if (!at || resource.flag(...path) !== true) return;
    yield {
      resource,
      at,
      message: `The pooler is paused: PgBouncer holds all queries, and every client waits until paused is false.`,
      change: resource.set(path, false),
    };
  }),
};
