import { cnpg } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { poolerInstances } from '../pooler.ts';

/** The database fails over; a single pooler is down until Kubernetes has started another. */
export const poolerSingleInstance: Rule = {
  id: 'pooler-single-instance',
  severity: 'warning',
  title: 'one pooler instance for all clients',
  documentation: cnpg('connection_pooling', 'high-availability-ha'),
  *check(inventory) {
    for (const resource of inventory.poolers) {
      if (poolerInstances(resource) !== 1) continue;
      yield {
        resource,
        at: resource.nearest('spec', 'instances'),
        message:
          `With one instance every client is down while its pod is replaced; if its node is lost, that is until ` +
          `Kubernetes gives the pod up, five minutes by default, however fast the database fails over.`,
        change: [setIn(resource.base, ['spec', 'instances'], 2)],
      };
    }
  },
};
