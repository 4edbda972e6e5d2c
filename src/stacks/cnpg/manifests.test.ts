import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { topologySchema } from '../../scenario/topology.ts';
import { parseObjects, placeOperator, readManifests, render } from './manifests.ts';
import type { KubeObject } from './objects.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests are looked into as the data they are
type Any = any;

describe('the manifests', () => {
  let objects: KubeObject[];
  before(async () => {
    objects = await readManifests();
  });

  const rendered = (topology: Any = {}, images = {}, passwords = {}): Any =>
    render(objects, { topology: topologySchema.parse(topology), images, passwords });
  const only = (kind: string, list: Any): Any => list.find((object: Any) => object.kind === kind);

  it('are all in one namespace, which comes first', () => {
    expect(objects[0]).to.include({ kind: 'Namespace' });
    for (const { kind, metadata } of objects.slice(1)) expect(metadata.namespace, kind).to.equal('data-layer');
  });

  it('correct the mistakes of the article that they come from', () => {
    expect(only('ScheduledBackup', objects).spec.schedule.split(' ')).to.have.length(6);
    expect(only('Cluster', objects).spec.bootstrap.initdb).to.not.have.property('postInitSQL');
    const roles = objects.filter(({ kind, type }) => kind === 'Secret' && type === 'kubernetes.io/basic-auth');
    expect(roles.map((secret: Any) => secret.stringData.username)).to.deep.equal([
      'myapp_dev',
      'myapp_staging',
      'myapp_prod',
    ]);
    const nodePort = objects.find(({ metadata }) => metadata.name === 'postgres-nodeport') as Any;
    expect(nodePort.spec.selector).to.have.property('cnpg.io/instanceRole', 'primary');
    expect(nodePort.spec.ports[0].nodePort).to.equal(30432);
  });

  it('take the topology over', () => {
    const list = rendered({ instances: 5, pooler: { instances: 3, mode: 'session', poolSize: 7 } });
    expect(only('Cluster', list).spec.instances).to.equal(5);
    const { spec } = only('Pooler', list);
    expect(spec).to.include({ instances: 3 });
    expect(spec.pgbouncer.poolMode).to.equal('session');
    expect(spec.pgbouncer.parameters).to.include({ default_pool_size: '7', max_client_conn: '1000' });
  });

  it('make durability what it promises', () => {
    const synchronous = (durability: string, settings = {}) =>
      only('Cluster', rendered({ durability, settings })).spec.postgresql.synchronous;
    expect(synchronous('required')).to.deep.equal({ method: 'any', number: 1, dataDurability: 'required' });
    expect(synchronous('required', { synchronous_method: 'first', failover_quorum: 'on' })).to.deep.equal({
      ...{ method: 'first', number: 1, dataDurability: 'required', failoverQuorum: true },
    });
    expect(synchronous('asynchronous', { failover_quorum: 'on' })).to.equal(undefined);
    expect(synchronous('preferred')).to.deep.equal({ method: 'any', number: 1, dataDurability: 'preferred' });
    expect(synchronous('asynchronous')).to.equal(undefined);
  });

  it('write settings where CloudNativePG looks for them, numbers as numbers', () => {
    const asked = {
      smart_shutdown_timeout: '3',
      lease_duration: '9',
      wal_sender_timeout: '8',
      server_login_retry: '15',
      metrics_queries_ttl: '5',
    };
    const list = rendered({ timers: 'defaults', settings: asked });
    const { spec } = only('Cluster', list);
    expect(spec.smartShutdownTimeout).to.equal(3);
    expect(spec.primaryLease).to.deep.equal({ leaseDurationSeconds: 9 });
    expect(spec.postgresql.parameters.wal_sender_timeout).to.equal('8s');
    expect(spec.monitoring).to.deep.equal({ metricsQueriesTTL: '5s' });
    expect(only('Pooler', list).spec.pgbouncer.parameters.server_login_retry).to.equal('15');
  });

  it('leave the lease to CloudNativePG where nothing is asked of it', () => {
    expect(only('Cluster', rendered({ timers: 'defaults' })).spec).to.not.have.property('primaryLease');
  });

  it('put poolers and the object store on the server, and no instance', () => {
    const list = rendered();
    for (const kind of ['Pooler', 'Deployment'])
      expect(only(kind, list).spec.template.spec.nodeSelector, kind).to.have.property(
        'node-role.kubernetes.io/control-plane',
      );
    expect(only('Cluster', list).spec.affinity).to.not.have.property('tolerations');
  });

  it('take images and passwords that are given, and keep their own otherwise', () => {
    const list = rendered(
      {},
      { postgres: 'a/postgresql:17', minio: 'minio/minio:x' },
      { 'postgres-myapp-prod-password': 'pw', 'minio-credentials': 'mw' },
    );
    expect(only('Cluster', list).spec.imageName).to.equal('a/postgresql:17');
    expect(only('Deployment', list).spec.template.spec.containers[0].image).to.equal('minio/minio:x');
    const secret = (name: string) => list.find(({ metadata }: Any) => metadata.name === name).stringData;
    expect(secret('postgres-myapp-prod-password').password).to.equal('pw');
    expect(secret('minio-credentials')).to.deep.equal({ 'access-key': 'pgdrill', 'secret-key': 'mw' });
    expect(only('Cluster', rendered()).spec.imageName).to.match(/postgresql:18\./);
  });

  it('are not changed by rendering', () => {
    const before = JSON.stringify(objects);
    rendered({ instances: 9 });
    expect(JSON.stringify(objects)).to.equal(before);
  });
});

describe('the operator’s manifest', () => {
  const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cnpg-controller-manager, namespace: cnpg-system }
spec: { template: { spec: { containers: [{ name: manager, image: x, imagePullPolicy: Always }] } } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: cnpg-manager, namespace: cnpg-system }
`;

  it('is placed on the server, and does not ask a registry for an image that is present', () => {
    const [deployment] = placeOperator(parseObjects(manifest, 'x.yaml')) as Any[];
    const { spec } = deployment.spec.template;
    expect(spec.tolerations).to.have.length(1);
    expect(spec.containers[0].imagePullPolicy).to.equal('IfNotPresent');
  });

  it('is refused in one sentence where it is not YAML, or holds no objects', () => {
    expect(() => parseObjects('a: [', 'x.yaml')).to.throw('x.yaml should hold Kubernetes objects, but is not YAML');
    expect(() => parseObjects('a: 1', 'x.yaml')).to.throw('but one has no apiVersion, kind or name');
  });
});
