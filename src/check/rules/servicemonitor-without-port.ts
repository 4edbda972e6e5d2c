import { renameKey, replaceValue } from '../change/edit.ts';
import { cnpg } from '../documentation.ts';
import { each } from '../each.ts';
import type { Rule } from '../finding.ts';
import type { Inventory } from '../objects/inventory.ts';
import { type Resource, sameNamespace } from '../objects/resource.ts';
import { fieldOf } from '../text/manifest.ts';

const clusterLabel = 'cnpg.io/cluster';

/** The exporter's port is on the pods (9187, `metrics`); the services that the operator creates have only `postgres`. */
export const servicemonitorWithoutPort: Rule = {
  id: 'servicemonitor-without-port',
  severity: 'error',
  title: 'ServiceMonitor on services that have no metrics port',
  documentation: cnpg('monitoring', 'creating-a-podmonitor'),
  explanation:
    'The services that the operator creates for a Cluster have one port, `postgres`. A ServiceMonitor on their port ' +
    '`metrics` selects no target: nothing is scraped, and no alert on the cluster can fire. A PodMonitor finds the port of ' +
    'the pods.',
  bad: `apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: pg
spec:
  selector:
    matchLabels:
      cnpg.io/cluster: pg
  endpoints:
    - port: metrics
`,
  drill: 'alerts',
  check: each(
    (inventory) => inventory.of('ServiceMonitor'),
    function* (resource, inventory) {
      const cluster = resource.reference('spec', 'selector', 'matchLabels', clusterLabel);
      const endpoint = resource.items('spec', 'endpoints').find((item) => fieldOf(item, 'port') === 'metrics');
      const kind = resource.base.at('kind');
      const list = resource.base.at('spec', 'endpoints');
      if (!cluster || !endpoint || !kind || !list) return;
      if (hasOwnService(inventory, resource, cluster)) return;
      yield {
        resource,
        at: resource.base.within(endpoint.node, 'port') ?? endpoint,
        message:
          `The services of ${cluster} have one port, postgres; metrics is a port of the pods. This ServiceMonitor ` +
          `selects no target: nothing is scraped and no alert on the cluster can fire. A PodMonitor finds the pods.`,
        change: [replaceValue(kind, 'PodMonitor'), renameKey(list, 'podMetricsEndpoints')],
      };
    },
  ),
};

/** A service of the user's own for the exporter, with the label and the port. */
function hasOwnService(inventory: Inventory, monitor: Resource, cluster: string): boolean {
  return inventory
    .of('Service')
    .filter((service) => sameNamespace(service, monitor) || monitor.at('spec', 'namespaceSelector'))
    .filter((service) => service.reference('metadata', 'labels', clusterLabel) === cluster)
    .some((service) => service.items('spec', 'ports').some((port) => fieldOf(port, 'name') === 'metrics'));
}
