import { cnpg } from '../documentation.ts';
import { renameKey, replaceValue } from '../edit.ts';
import type { Rule } from '../finding.ts';
import type { Inventory } from '../inventory.ts';
import type { Place } from '../manifest.ts';
import { textOf } from '../nodes.ts';
import { type Resource, sameNamespace } from '../resource.ts';

const clusterLabel = 'cnpg.io/cluster';

/** The exporter's port is on the pods (9187, `metrics`); the services that the operator makes have only `postgres`. */
export const servicemonitorWithoutPort: Rule = {
  id: 'servicemonitor-without-port',
  severity: 'error',
  title: 'ServiceMonitor on services that have no metrics port',
  documentation: cnpg('monitoring', 'creating-a-podmonitor'),
  *check(inventory) {
    for (const resource of inventory.of('ServiceMonitor')) {
      const cluster = resource.text('spec', 'selector', 'matchLabels', clusterLabel);
      const endpoint = resource.items('spec', 'endpoints').find((item) => portOf(item) === 'metrics');
      const kind = resource.base.at('kind');
      const list = resource.base.at('spec', 'endpoints');
      if (cluster === undefined || !endpoint || !kind || !list) continue;
      if (hasOwnService(inventory, resource, cluster)) continue;
      yield {
        resource,
        at: resource.base.within(endpoint.node, 'port') ?? endpoint,
        message:
          `The services of ${cluster} have one port, postgres; metrics is a port of the pods. This ServiceMonitor ` +
          `selects no target, so nothing is scraped and no alert on the cluster can fire. A PodMonitor finds the pods.`,
        change: [replaceValue(kind, 'PodMonitor'), renameKey(list, 'podMetricsEndpoints')],
      };
    }
  },
};

const portOf = (endpoint: Place): string | undefined => textOf(endpoint.manifest.within(endpoint.node, 'port')?.node);

/** A service that the user made for the exporter, with the label and the port that are asked for. */
function hasOwnService(inventory: Inventory, monitor: Resource, cluster: string): boolean {
  return inventory
    .of('Service')
    .filter((service) => sameNamespace(service, monitor) || monitor.at('spec', 'namespaceSelector'))
    .filter((service) => service.text('metadata', 'labels', clusterLabel) === cluster)
    .some((service) =>
      service
        .items('spec', 'ports')
        .some(({ manifest, node }) => textOf(manifest.within(node, 'name')?.node) === 'metrics'),
    );
}
