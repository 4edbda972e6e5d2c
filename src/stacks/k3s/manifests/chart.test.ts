import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import type { Mutable } from './change.ts';
import { expandCharts } from './chart.ts';

const expanded = (text: string, file = 'release.yaml'): Mutable[] =>
  expandCharts([{ value: parse(text) as Record<string, unknown>, file, line: 1 }]).map(({ value }) => value);
const release = (chart: string, extra = ''): string => `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: billing, namespace: pay }
spec:
  chart: { spec: { chart: ${chart} } }
  ${extra}
  values:
    cluster: { instances: 2, initdb: { database: billing, owner: billing } }
    poolers: [{ name: rw, instances: 2, poolMode: transaction, parameters: { server_login_retry: "1" } }]
    backups: { enabled: true, method: plugin, destinationPath: s3://b/ }
`;

describe('the chart “cluster”', () => {
  it('gives a Cluster, its Poolers and its backups by the names that the chart gives them', () => {
    const objects = expanded(release('cluster'));
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).to.deep.equal([
      'Cluster pay/billing-cluster',
      'Pooler pay/billing-cluster-pooler-rw',
      'ObjectStore pay/billing-cluster-object-store',
      'ScheduledBackup pay/billing-cluster-daily-backup',
    ]);
    expect(objects[0].spec).to.deep.include({ instances: 2, storage: { size: '8Gi' } });
    expect(objects[0].spec.bootstrap.initdb.database).to.equal('billing');
    expect(objects[1].spec.pgbouncer).to.deep.equal({
      poolMode: 'transaction',
      parameters: { server_login_retry: '1' },
    });
  });

  it('is also known by its values file', () => {
    const [cluster] = expanded('cluster: { instances: 3 }\nfullnameOverride: shop', 'shop-values.yaml');
    expect(cluster).to.deep.include({ kind: 'Cluster', metadata: { name: 'shop' } });
  });

  it('of another name stays a HelmRelease', () => {
    expect(expanded(release('orders-api')).map(({ kind }) => kind)).to.deep.equal(['HelmRelease']);
  });

  it('is refused where its values are in other objects', () => {
    expect(() => expanded(release('cluster', 'valuesFrom: [{ kind: ConfigMap, name: v }]'))).to.throw(
      'release.yaml:1: the values of the HelmRelease billing come from other objects',
    );
  });
});
