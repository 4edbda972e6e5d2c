import { cnpg } from '../documentation.ts';
import { setIn } from '../edit.ts';
import type { Rule } from '../finding.ts';

const defaultSize = '10Gi';

/** `storage.size`, or a request in `pvcTemplate`, is required of every Cluster: also of one made by recovery. */
export const storageMissing: Rule = {
  id: 'storage-missing',
  severity: 'error',
  title: 'Cluster without storage',
  documentation: cnpg('storage'),
  *check(inventory) {
    for (const resource of inventory.clusters) {
      const template = ['spec', 'storage', 'pvcTemplate', 'resources', 'requests', 'storage'];
      // Without instances it is a patch of a Cluster that was not given.
      if (!resource.at('spec', 'instances')) continue;
      if (resource.at('spec', 'storage', 'size') || resource.at(...template)) continue;
      const source = resource.text('spec', 'bootstrap', 'recovery', 'source');
      const from = inventory.clusters.find((cluster) => cluster.name === source);
      yield {
        resource,
        at: resource.nearest('spec', 'storage'),
        message:
          `The operator refuses a Cluster without storage.size` +
          (resource.at('spec', 'bootstrap', 'recovery')
            ? ': the restore does not begin, and is found out on the day when it is needed. It needs at least the size of the cluster that was backed up.'
            : '.'),
        change: [
          setIn(resource.base, ['spec', 'storage', 'size'], from?.text('spec', 'storage', 'size') ?? defaultSize),
        ],
      };
    }
  },
};
