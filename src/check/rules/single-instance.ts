import { cnpg } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';
import { isThrowAwayRestore } from '../replication.ts';

/** There is nothing to fail over to. */
export const singleInstance: Rule = {
  id: 'single-instance',
  severity: 'warning',
  title: 'Cluster with one instance',
  documentation: cnpg('architecture'),
  *check(inventory) {
    for (const resource of inventory.clusters) {
      const at = resource.at('spec', 'instances');
      if (!at || resource.number('spec', 'instances') !== 1 || isThrowAwayRestore(resource)) continue;
      yield {
        resource,
        at,
        message:
          `With one instance there is nothing to fail over to: the database is down until its pod runs again, on a node ` +
          `that can reach its volume, and is restored from a backup if the volume is lost.`,
        change: [setIn(at.manifest, ['spec', 'instances'], 3)],
      };
    }
  },
};
