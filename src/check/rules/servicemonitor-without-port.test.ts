import { expect } from 'chai';
import { servicemonitorWithoutPort } from './servicemonitor-without-port.ts';
import { cnpg, findingsAfterChange, linesOf } from './try-rule.ts';

const cluster = cnpg('Cluster', 'pg', '  instances: 3\n  storage: { size: 1Gi }\n');
const monitor = (label: string, port = 'metrics') =>
  `apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: { name: m, namespace: db }\nspec:\n  selector:\n    matchLabels:\n      ${label}\n  endpoints:\n    - interval: 30s\n      port: ${port}\n`;

describe('servicemonitor-without-port', () => {
  it('finds a ServiceMonitor on the services of a cluster and makes a PodMonitor of it', () => {
    const text = monitor('cnpg.io/cluster: pg');
    expect(linesOf(servicemonitorWithoutPort, cluster, text)).to.eql(['2.yaml:10']);
    expect(findingsAfterChange(servicemonitorWithoutPort, cluster, text)).to.eql([]);
  });

  it('raises nothing on a service with that port that the user made, on other labels, or on other ports', () => {
    const service =
      'apiVersion: v1\nkind: Service\nmetadata: { name: s, namespace: db, labels: { cnpg.io/cluster: pg } }\nspec: { ports: [{ name: metrics, port: 9187 }] }\n';
    expect(linesOf(servicemonitorWithoutPort, cluster, service, monitor('cnpg.io/cluster: pg'))).to.eql([]);
    expect(linesOf(servicemonitorWithoutPort, cluster, monitor('app: exporter'))).to.eql([]);
    expect(linesOf(servicemonitorWithoutPort, cluster, monitor('cnpg.io/cluster: pg', 'http'))).to.eql([]);
  });
});
