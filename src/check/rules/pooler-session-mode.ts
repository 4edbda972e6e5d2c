import { cnpg } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';

/** The mode decides who is cut, not how long: worth knowing, and no fault by itself. */
export const poolerSessionMode: Rule = {
  id: 'pooler-session-mode',
  severity: 'info',
  title: 'pooler in session mode',
  documentation: cnpg('connection_pooling', 'quick-start'),
  *check(inventory) {
    for (const resource of inventory.poolers) {
      if ((resource.text('spec', 'pgbouncer', 'poolMode') ?? 'session') !== 'session') continue;
      yield {
        resource,
        at: resource.nearest('spec', 'pgbouncer', 'poolMode'),
        message:
          `In session mode a failover cuts every connected client, in transaction mode only those inside a transaction. ` +
          `How long the pooler stays down does not depend on the mode but on server_login_retry. Transaction mode is for ` +
          `applications without session state (SET, LISTEN, advisory locks, temporary tables).`,
        change: [setIn(resource.base, ['spec', 'pgbouncer', 'poolMode'], 'transaction')],
      };
    }
  },
};
