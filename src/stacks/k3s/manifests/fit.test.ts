import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import type { KubeObject } from '../../cnpg/objects.ts';
import type { Mutable, Placed } from './change.ts';
import { fitManifests } from './fit.ts';
import type { Surroundings } from './surroundings.ts';

const gibibyte = 2 ** 30;
const around: Surroundings = {
  images: ['ghcr.io/cloudnative-pg/postgresql:17.6-system-trixie', 'minio/minio:RELEASE'],
  memoryPerInstance: gibibyte,
  processors: 2,
  plugin: false,
};
const cluster = `
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: { name: orders, namespace: shop }
spec:
  instances: 3
  storage: { size: 50Gi, storageClass: gp3 }
`;
const pooler = `
apiVersion: postgresql.cnpg.io/v1
kind: Pooler
metadata: { name: orders-pooler, namespace: shop }
spec: { cluster: { name: orders }, instances: 2, type: rw, pgbouncer: { poolMode: transaction } }
`;
const placed = (...texts: string[]): Placed[] =>
  texts.map((text, i) => ({ object: parse(text) as KubeObject, file: `m${i + 1}.yaml`, line: 2 }));
const fitted = (objects: readonly Placed[], over: Partial<Surroundings> = {}) =>
  fitManifests(objects, { ...around, ...over });
const clusterIn = (result: ReturnType<typeof fitManifests>): Mutable =>
  result.cluster.find(({ kind }) => kind === 'Cluster');
const poolerIn = (result: ReturnType<typeof fitManifests>): Mutable =>
  result.cluster.find(({ kind }) => kind === 'Pooler');
const change = (result: ReturnType<typeof fitManifests>, field: string) =>
  result.changes.find((one) => one.field === field);
const refusal = (objects: readonly Placed[], over: Partial<Surroundings> = {}): string => {
  try {
    fitted(objects, over);
    return 'nothing was refused';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a user’s manifests in the drill’s own Kubernetes', () => {
  it('keep what fits, and every change is recorded with file, line, both values and the reason', () => {
    const result = fitted(placed(cluster, pooler));
    expect(clusterIn(result).spec).to.deep.include({ instances: 3, enableSuperuserAccess: true });
    expect(change(result, 'spec.storage.storageClass')).to.deep.equal({
      object: 'Cluster orders',
      place: 'm1.yaml:2',
      field: 'spec.storage.storageClass',
      from: 'gp3',
      to: 'local-path',
      why: 'the drill has the storage class local-path only',
    });
    expect(clusterIn(result).spec.storage).to.deep.equal({ size: '50Gi', storageClass: 'local-path' });
    expect(poolerIn(result).spec.pgbouncer).to.deep.equal({ poolMode: 'transaction' });
  });

  it('do not change the objects that were read', () => {
    const objects = placed(cluster, pooler);
    const before = JSON.stringify(objects);
    fitted(objects);
    expect(JSON.stringify(objects)).to.equal(before);
  });

  it('run the image that the nodes import where none can be pulled, and their own otherwise', () => {
    const own = cluster.replace('instances: 3', 'instances: 3\n  imageName: registry.acme.example/pg:16');
    expect(clusterIn(fitted(placed(own, pooler))).spec.imageName).to.equal(around.images[0]);
    expect(clusterIn(fitted(placed(own, pooler), { images: [] })).spec.imageName).to.equal(
      'registry.acme.example/pg:16',
    );
  });

  it('lose zones, node selectors and tolerations, which the nodes do not have', () => {
    const zoned = `${cluster}  affinity: { topologyKey: topology.kubernetes.io/zone, nodeSelector: { db: "1" }, tolerations: [{ key: db }] }\n`;
    expect(clusterIn(fitted(placed(zoned, pooler))).spec.affinity).to.deep.equal({
      topologyKey: 'kubernetes.io/hostname',
    });
  });

  it('get the memory that the machine has, and shared_buffers with it', () => {
    const large = `${cluster}  resources: { requests: { memory: 8Gi, cpu: "2" }, limits: { memory: 8Gi } }\n  postgresql: { parameters: { shared_buffers: 2GB } }\n`;
    const { spec } = clusterIn(fitted(placed(large, pooler)));
    expect(spec.resources).to.deep.equal({ requests: { memory: '1024Mi', cpu: '500m' }, limits: { memory: '1024Mi' } });
    expect(spec.postgresql.parameters.shared_buffers).to.equal('256MB');
  });

  it('ask for no less memory than shared_buffers, which admission refuses', () => {
    const small = `${cluster}  resources: { requests: { memory: 100Mi }, limits: { memory: 1Gi } }\n  postgresql: { parameters: { shared_buffers: 2GB } }\n`;
    expect(clusterIn(fitted(placed(small, pooler))).spec.postgresql.parameters.shared_buffers).to.equal('100MB');
  });

  it('get a generated password where an ExternalSecret would have made one', () => {
    const withSecret = `${cluster}  bootstrap: { initdb: { database: shop, owner: shop_app, secret: { name: shop-app } } }\n`;
    const external =
      'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: vault-shop }\nspec: { target: { name: shop-app } }';
    const result = fitted(placed(withSecret, pooler, external));
    const secret = result.before.find(({ kind }) => kind === 'Secret') as Mutable;
    expect(secret.metadata).to.include({ name: 'shop-app', namespace: 'shop' });
    expect(secret.stringData).to.have.property('username', 'shop_app');
    expect(secret.stringData.password).to.match(/^[0-9a-f]{32}$/);
    expect(result.before.map(({ kind }) => kind)).not.to.include('ExternalSecret');
    expect(result.mine).to.include({ database: 'shop', owner: 'shop_app', ownerSecret: 'shop-app' });
  });

  it('archive by Barman in the tree where the operator has no plugin, to the drill’s own store', () => {
    const withPlugin = `${cluster}  plugins: [{ name: barman-cloud.cloudnative-pg.io, isWALArchiver: true, parameters: { barmanObjectName: store } }]\n`;
    const store =
      'apiVersion: barmancloud.cnpg.io/v1\nkind: ObjectStore\nmetadata: { name: store }\nspec: { configuration: { destinationPath: s3://acme/, wal: { compression: gzip } } }';
    const without = fitted(placed(withPlugin, pooler, store));
    expect(clusterIn(without).spec).to.not.have.property('plugins');
    expect(clusterIn(without).spec.backup.barmanObjectStore).to.deep.include({
      destinationPath: 's3://postgres-backups/',
      endpointURL: 'http://minio.shop.svc.cluster.local:9000',
      wal: { compression: 'gzip' },
    });
    expect(without.archives).to.equal(true);
    const having = fitted(placed(withPlugin, pooler, store), { plugin: true });
    expect(clusterIn(having).spec.plugins).to.have.length(1);
    expect(
      (having.before.find(({ kind }) => kind === 'ObjectStore') as Mutable).spec.configuration.destinationPath,
    ).to.equal('s3://postgres-backups/');
  });

  it('begin with an empty cluster where they were restored from another', () => {
    const restored = `${cluster}  bootstrap: { recovery: { source: old, database: shop, owner: shop } }\n  externalClusters: [{ name: old }]\n`;
    const { spec } = clusterIn(fitted(placed(restored, pooler)));
    expect(spec.bootstrap).to.deep.equal({ initdb: { database: 'shop', owner: 'shop' } });
    expect(spec).to.not.have.property('externalClusters');
  });

  it('leave out what a drill does not need, and say so', () => {
    const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api }';
    const result = fitted(placed(cluster, pooler, deployment));
    expect(result.changes.find(({ object }) => object === 'Deployment api')).to.include({
      field: '',
      place: 'm3.yaml:2',
    });
    expect([...result.before, ...result.cluster, ...result.after].map(({ kind }) => kind)).not.to.include('Deployment');
  });
});

describe('manifests that cannot be stood up', () => {
  it('hold no Cluster', () => {
    expect(refusal(placed(pooler))).to.match(/should hold a Cluster of CloudNativePG, but hold Pooler/);
    expect(refusal([])).to.include('but hold no Kubernetes object');
  });

  it('hold several', () => {
    const other = cluster.replace('name: orders', 'name: stock');
    expect(refusal(placed(cluster, other, pooler))).to.include('but hold 2: orders (m1.yaml:2), stock (m2.yaml:2)');
  });

  it('are of an unknown API version', () => {
    expect(refusal(placed(cluster.replace('io/v1', 'io/v2'), pooler))).to.equal(
      'm1.yaml:2: Cluster should be of postgresql.cnpg.io/v1, but is of postgresql.cnpg.io/v2',
    );
  });

  it('have no Pooler of the Cluster', () => {
    expect(refusal(placed(cluster))).to.match(/through a Pooler of type rw .*but the manifests hold none/);
    expect(refusal(placed(cluster, pooler.replace('name: orders }', 'name: order }')))).to.match(
      /^m2\.yaml:2: .*names the Cluster order \(did you mean orders\?\)/,
    );
  });

  it('name a Secret that nothing makes', () => {
    const missing = `${cluster}  managed: { roles: [{ name: report, passwordSecret: { name: gone } }] }\n`;
    expect(refusal(placed(missing, pooler))).to.match(
      /^m1\.yaml:2: spec\.managed\.roles \(report\) names the Secret gone, which the manifests neither hold nor generate/,
    );
  });

  it('have instances that do not fit', () => {
    expect(refusal(placed(cluster.replace('instances: 3', 'instances: 12'), pooler))).to.include('9 instances at most');
    expect(refusal(placed(cluster, pooler), { memoryPerInstance: 2 ** 26 })).to.match(
      /has 64Mi of memory, but 256Mi are/,
    );
    expect(refusal(placed(cluster.replace('instances: 3', 'instances: two'), pooler))).to.include('but has "two"');
  });

  it('describe a replica of another cluster', () => {
    expect(refusal(placed(`${cluster}  replica: { enabled: true }\n`, pooler))).to.include(
      'is a replica of another cluster',
    );
  });
});
