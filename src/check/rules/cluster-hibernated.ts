import { cnpg } from '../documentation.ts';
import { eachCluster } from '../each.ts';
import { cluster } from '../example.ts';
import type { Rule } from '../finding.ts';

/** Hibernation deletes all pods. */
export const clusterHibernated: Rule = {
  id: 'cluster-hibernated',
  severity: 'warning',
  title: 'hibernated Cluster',
  documentation: cnpg('declarative_hibernation', 'hibernation'),
  explanation:
    'The annotation `cnpg.io/hibernation: "on"` deletes all pods of the Cluster and keeps the volumes: the database is down until it is set to `off`. Accept it for a cluster that is switched off on purpose.',
  bad: cluster('instances: 3', 'annotations:\n  cnpg.io/hibernation: "on"'),
  check: eachCluster(function* (resource) {
    const path = ['metadata', 'annotations', 'cnpg.io/hibernation'];
    const at = resource.at(...path);
    if (!at || resource.reference(...path) !== 'on') return;
    yield {
      resource,
      at,
      message: `The Cluster is hibernated: all its pods are deleted, and the database is down until the annotation is off.`,
      change: resource.set(path, 'off'),
    };
  }),
};
