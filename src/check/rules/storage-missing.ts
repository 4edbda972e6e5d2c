import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import type { Rule } from '../finding.ts';
import { isWhole } from '../tree/layers.ts';

const defaultSize = '10Gi';

/** `storage.size`, or a request in `pvcTemplate`, is required of every Cluster: also of one made by recovery. */
export const storageMissing: Rule = {
  id: 'storage-missing',
  severity: 'error',
  title: 'Cluster without storage',
  documentation: cnpg('storage'),
  explanation:
    'The operator refuses a Cluster without `storage.size` (or a request in `storage.pvcTemplate`), also one that is ' +
    'made by recovery: such a restore then fails on the day it is needed. A manifest without `bootstrap` that no ' +
    'kustomization builds is taken for a patch and not judged.',
  bad: `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: restored
spec:
  instances: 1
  bootstrap:
    recovery:
      source: pg
`,
  check: eachCluster(function* (resource, inventory) {
    const template = ['spec', 'storage', 'pvcTemplate', 'resources', 'requests', 'storage'];
    // Without instances it is a patch of a Cluster that was not given.
    if (!resource.at('spec', 'instances')) return;
    if (resource.at('spec', 'storage', 'size') || resource.at(...template)) return;
    if (resource.at('spec', 'storage') && !isWhole(resource.manifest)) return;
    const source = resource.text('spec', 'bootstrap', 'recovery', 'source');
    const from = inventory.clusters.find((other) => other.name === source);
    yield {
      resource,
      at: resource.nearest('spec', 'storage'),
      message:
        `The operator refuses a Cluster without storage.size` +
        (resource.at('spec', 'bootstrap', 'recovery')
          ? ': the restore does not begin. It needs at least the size of the cluster that was backed up.'
          : ', so this one is never created.'),
      change: resource.set(['spec', 'storage', 'size'], from?.text('spec', 'storage', 'size') ?? defaultSize),
    };
  }),
};
