import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster, pooler, together } from '../example.ts';
import type { Rule } from '../finding.ts';
import { isUnused } from '../objects/pooler.ts';

const defaultSeconds = 180;
const atMostSeconds = 30;

/** A smart shutdown waits for sessions to end; those of a pooler do not. */
export const smartShutdownWithPooler: Rule = {
  id: 'smart-shutdown-with-pooler',
  severity: 'warning',
  onlyInProduction: true,
  title: 'shutdown waits for pooled sessions that do not end',
  documentation: cnpg('instance_manager', 'shutdown-control'),
  explanation:
    'When the pod of a primary is deleted or restarted by an update (`primaryUpdateMethod: restart`, the default), ' +
    'PostgreSQL waits up to `smartShutdownTimeout` for its sessions to end and refuses new ones. The sessions of a pooler ' +
    'stay open. A drain of the node is not affected: with `enablePDB` and two or more instances the operator makes a ' +
    'switchover first, which shuts the old primary down fast.',
  bad: together(cluster('instances: 1'), pooler('instances: 2\npgbouncer:\n  poolMode: transaction')),
  drill: 'primary-delete',
  check: eachCluster(function* (resource, inventory) {
    const pooler = inventory.writePoolersOf(resource).find((one) => !isUnused(one, inventory));
    const set = resource.number('spec', 'smartShutdownTimeout');
    const seconds = set ?? defaultSeconds;
    if (!pooler || seconds <= atMostSeconds) return;
    const restart = (resource.text('spec', 'primaryUpdateMethod') ?? 'restart') === 'restart';
    yield {
      resource,
      at: resource.nearest('spec', 'smartShutdownTimeout'),
      message:
        `When the primary’s pod is deleted${restart ? ', or restarted by an update (primaryUpdateMethod: restart, the default)' : ''}, ` +
        `PostgreSQL first waits ${seconds} s${set === undefined ? ' (the default)' : ''} for its sessions to end, and ` +
        `refuses new ones. Those of ${pooler.title} stay open, so the primary takes no new connection for ${seconds} s before ` +
        `it shuts down and its successor can start.`,
      change: resource.set(['spec', 'smartShutdownTimeout'], 10),
    };
  }),
};
