import { removeEntry } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachPooler } from '../each.ts';
import { pooler } from '../example.ts';
import type { Rule } from '../finding.ts';
import { poolerInstances } from '../objects/pooler.ts';

/** `Recreate` stops all pods before it starts new ones. */
export const poolerRecreated: Rule = {
  id: 'pooler-recreated',
  severity: 'warning',
  title: 'update stops all poolers at once',
  documentation: cnpg('connection_pooling', 'high-availability-ha'),
  explanation:
    'With the strategy `Recreate` every update of the Pooler, and of the operator, first stops all its pods: all clients ' +
    'are down until new ones run. The default, RollingUpdate, replaces them one by one.',
  bad: pooler('instances: 2\ndeploymentStrategy:\n  type: Recreate\npgbouncer:\n  poolMode: transaction'),
  drill: 'pooler-loss',
  check: eachPooler(function* (resource) {
    const at = resource.at('spec', 'deploymentStrategy', 'type');
    const strategy = resource.at('spec', 'deploymentStrategy');
    if (!at || !strategy || resource.text('spec', 'deploymentStrategy', 'type') !== 'Recreate') return;
    yield {
      resource,
      at,
      message:
        `With Recreate an update stops ${poolerInstances(resource) > 1 ? `all ${poolerInstances(resource)} poolers` : 'the pooler'} ` +
        `before it starts new ones: all clients are down meanwhile.`,
      change: resource.isExpanded ? [] : [removeEntry(strategy)],
    };
  }),
};
