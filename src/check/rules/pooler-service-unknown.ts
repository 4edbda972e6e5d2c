import { replaceAt } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { eachPooler } from '../each.ts';
import { configMap, pooler, together } from '../example.ts';
import type { Rule } from '../finding.ts';
import { serviceEnds, usesOfHost } from '../objects/endpoints.ts';

/** A pooler's service has the pooler's own name; `-rw`, `-ro` and `-r` belong to Clusters. */
export const poolerServiceUnknown: Rule = {
  id: 'pooler-service-unknown',
  severity: 'error',
  title: 'connection to a pooler’s service that does not exist',
  documentation: cnpg('connection_pooling', 'quick-start'),
  explanation:
    'The Service of a Pooler has the name of the Pooler. Names with `-rw`, `-ro` and `-r` belong to Clusters. A host name ' +
    'with such an end behind a pooler’s name does not resolve, and the application cannot connect.',
  bad: together(pooler('instances: 1\npgbouncer: {}'), configMap('PGHOST: pg-pooler-rw')),
  claimsAbsence: true,
  check: eachPooler(function* (resource, inventory) {
    for (const suffix of serviceEnds) {
      const host = `${resource.name}${suffix}`;
      const isMade = ['Pooler', 'Service'].some((kind) => inventory.named(kind, host, resource).length > 0);
      const isOfCluster = inventory.named('Cluster', resource.name, resource).length > 0;
      if (isMade || isOfCluster) continue;
      for (const { setting, place } of usesOfHost(inventory, host, resource))
        yield {
          resource: setting.resource,
          at: place,
          message:
            `The service ${host} does not exist: the service of a Pooler has the Pooler’s own name, ${resource.name}. ` +
            `The name does not resolve, so the application cannot connect.`,
          change: setting.verbatim ? [replaceAt(place, host.length, resource.name)] : [],
        };
    }
  }),
};
