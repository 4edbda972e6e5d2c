import { expect } from 'chai';
import { clusterChart, plainObject } from './cluster-chart.ts';

const made = (values: unknown) => clusterChart({ name: 'billing', namespace: 'pay', values });
const plain = (values: unknown) => made(values).map((object) => plainObject(object) as unknown as { spec: object });

describe('the chart “cluster”', () => {
  it('makes a Cluster by the names and defaults of the chart', () => {
    expect(plain({ cluster: { initdb: { database: 'billing' } } })).to.deep.equal([
      {
        apiVersion: 'postgresql.cnpg.io/v1',
        kind: 'Cluster',
        metadata: { name: 'billing-cluster', namespace: 'pay' },
        spec: { instances: 3, storage: { size: '8Gi' }, bootstrap: { initdb: { database: 'billing' } } },
      },
    ]);
  });

  it('takes PostgreSQL by its version, and WAL storage without the switch that turns it on', () => {
    const [cluster] = plain({
      cluster: { walStorage: { enabled: true, size: '1Gi' } },
      version: { postgresql: '17' },
    });
    expect(cluster!.spec).to.include({ imageName: 'ghcr.io/cloudnative-pg/postgresql:17' });
    expect(cluster!.spec).to.deep.include({ walStorage: { size: '1Gi' } });
    expect(plain({ type: 'postgis', version: { postgresql: '17' } })[0]!.spec).not.to.have.property('imageName');
  });

  it('takes PostgreSQL from a catalog where the values name or list one, and not by its version', () => {
    const specOf = (values: object) => plain({ ...values, version: { postgresql: '17' } })[0]!.spec;
    const named = specOf({ cluster: { imageCatalogRef: { kind: 'ClusterImageCatalog', name: 'postgresql' } } });
    expect(named).to.deep.include({
      imageCatalogRef: { kind: 'ClusterImageCatalog', name: 'postgresql', major: 17 },
    });
    expect(named).not.to.have.property('imageName');
    const listed = specOf({ imageCatalog: { images: [{ major: 17, image: 'example.org/pg:17.6' }] } });
    expect(listed).not.to.have.property('imageName');
    expect(specOf({ cluster: { imageCatalogRef: {} } })).to.have.property('imageName');
  });

  it('adds the archiver to plugins of the user’s own', () => {
    const [cluster] = plain({
      cluster: { plugins: [{ name: 'own' }] },
      backups: { enabled: true, method: 'plugin' },
    }) as unknown as { spec: { plugins: { name: string }[] } }[];
    expect(cluster!.spec.plugins.map(({ name }) => name)).to.deep.equal(['own', 'barman-cloud.cloudnative-pg.io']);
  });

  it('names the value behind each field', () => {
    const objects = made({ cluster: { instances: 2 }, poolers: [{ name: 'ro', type: 'ro' }] });
    const from = objects.map(({ kind, home, fields }) => [kind, home, fields.flatMap((field) => [field.from ?? []])]);
    expect(from).to.deep.equal([
      ['Cluster', ['cluster'], [['cluster', 'instances'], []]],
      ['Pooler', ['poolers', 0], [[], [], ['poolers', 0, 'type'], [], []]],
    ]);
  });

  it('takes what has another type than expected for absent', () => {
    for (const values of [
      undefined,
      'text',
      { cluster: 'x', poolers: 'y', backups: [] },
      { backups: { enabled: 'x' } },
    ])
      expect(
        made(values).map(({ kind }) => kind),
        JSON.stringify(values),
      ).to.deep.equal(['Cluster']);
  });
});
