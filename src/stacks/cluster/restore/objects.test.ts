import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Archiver } from '../../cnpg/backup/archiver.ts';
import type { Cluster, KubeObject, Secret } from '../../cnpg/objects.ts';
import { copyOf, restoreObjects, secretsOf, whyItArchives } from './objects.ts';
import type { RestoreSource } from './source.ts';

const key = (name: string, of: string) => ({ name, key: of });
const configuration = {
  destinationPath: 's3://b/',
  serverName: 'old',
  s3Credentials: {
    accessKeyId: key('store', 'id'),
    secretAccessKey: key('store', 'secret'),
    region: key('where', 'r'),
  },
  endpointCA: key('ca', 'ca.crt'),
};
const archiver: Archiver = {
  ...{
    name: 'barmanObjectStore',
    byPlugin: false,
    configuration,
    server: 'old',
    method: { method: 'barmanObjectStore' },
  },
};
const cluster = {
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name: 'pg', namespace: 'db', annotations: { 'pgdrill.dev/allow-restores': 'yes' } },
  spec: {
    instances: 3,
    storage: { size: '10Gi' },
    walStorage: { size: '2Gi' },
    backup: { barmanObjectStore: configuration },
    plugins: [{ name: 'barman-cloud.cloudnative-pg.io', isWALArchiver: true }],
    imagePullSecrets: [{ name: 'registry' }],
    bootstrap: { initdb: { database: 'app', owner: 'app', secret: { name: 'app-user' } } },
    postgresql: {
      parameters: { max_connections: '500', work_mem: '1GB', max_logical_replication_workers: '8' },
      shared_preload_libraries: ['pg_cron', 'timescaledb', 'pglogical'],
    },
    serviceAccountTemplate: { metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:writer' } } },
    affinity: {
      ...{ nodeSelector: { pool: 'database' }, tolerations: [{ key: 'database', operator: 'Exists' }] },
      ...{ enablePodAntiAffinity: true, podAntiAffinityType: 'required', topologyKey: 'kubernetes.io/hostname' },
    },
  },
  status: { image: 'postgresql:17.5' },
} as unknown as Cluster;
const backup = { name: 'nightly', id: '20261130T010000', endedAt: new Date() };
const at = '2026-11-30T08:00:00.000001Z';
// biome-ignore lint/suspicious/noExplicitAny: manifests are data of many kinds
const made = (byPlugin: boolean, reader?: string, storageClass?: string): (KubeObject & { readonly spec: any })[] =>
  restoreObjects(
    'apart',
    { cluster, archiver: { ...archiver, byPlugin }, backup },
    { kind: 'time', serverTime: at },
    { readerSecret: reader, storageClass },
  ) as never;

describe('a restore beside an existing cluster', () => {
  it('is a Cluster of one instance that archives nothing, in a namespace of its own, from the backup that was named', () => {
    const [restored, ...others] = made(false);
    expect(others).to.deep.equal([]);
    expect(restored!.metadata).to.deep.equal({ name: 'restored', namespace: 'apart' });
    expect(whyItArchives(restored as unknown as Cluster)).to.equal(undefined);
    expect(restored!.spec).to.include({ instances: 1, imageName: 'postgresql:17.5' });
    expect(restored!.spec.bootstrap.recovery.recoveryTarget).to.deep.equal({
      targetTime: '2026-11-30 08:00:00.000001+00',
      backupID: backup.id,
    });
    expect(restored!.spec.externalClusters[0].barmanObjectStore).to.deep.include({ serverName: 'old' });
  });

  it('has a short grace, by whose half Kubernetes waits before it looks at a namespace that it deletes again', () => {
    const { stopDelay, smartShutdownTimeout } = made(false)[0]!.spec;
    expect(stopDelay).to.be.within(smartShutdownTimeout + 10, 30);
  });

  it('has what the data needs to start: volumes, libraries, and the parameters that a recovery demands', () => {
    const { spec } = made(false)[0]!;
    expect(spec).to.deep.include({ storage: { size: '10Gi' }, walStorage: { size: '2Gi' } });
    expect(spec.postgresql.parameters).to.deep.include({ max_connections: '500' });
    expect(spec.postgresql.parameters).not.to.have.property('work_mem');
  });

  it('applies no subscription, runs no job, and loads no library that acts on its own', () => {
    const { parameters, shared_preload_libraries: libraries } = made(false)[0]!.spec.postgresql;
    expect(parameters).to.include({
      ...{ max_logical_replication_workers: '0', 'cron.launch_active_jobs': 'off' },
      'timescaledb.max_background_workers': '0',
    });
    expect(libraries).to.deep.equal(['timescaledb']);
  });

  it('goes where the data may be: nodes and tolerations of the source, and none of its rules between instances', () => {
    expect(made(false)[0]!.spec.affinity).to.deep.equal({
      nodeSelector: { pool: 'database' },
      tolerations: [{ key: 'database', operator: 'Exists' }],
    });
  });

  it('has the source’s account in the cloud only where no other reads the store', () => {
    expect(made(false)[0]!.spec).to.have.property('serviceAccountTemplate');
    expect(made(false, 'reader')[0]!.spec).not.to.have.property('serviceAccountTemplate');
  });

  it('copies of that account what says which it is, and nothing else of the template', () => {
    const metadata = {
      annotations: { 'eks.amazonaws.com/role-arn': 'arn:writer', 'example.com/inject': 'true' },
      ...{ labels: { app: 'api' }, name: 'writer' },
    };
    const spec = { ...cluster.spec, serviceAccountTemplate: { metadata } };
    const source = {
      cluster: { ...cluster, spec },
      archiver: { ...archiver, byPlugin: false },
      backup,
    } as RestoreSource;
    const [made] = restoreObjects('apart', source, { kind: 'latest' }, { readerSecret: undefined });
    expect((made!.spec as { readonly serviceAccountTemplate: object }).serviceAccountTemplate).to.deep.equal({
      metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:writer' } },
    });
  });

  it('keeps no node from being drained', () => {
    expect(made(false)[0]!.spec.enablePDB).to.equal(false);
  });

  it('copies a Secret as one that Kubernetes fills with nothing', () => {
    const secret = (type?: string) =>
      ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: {}, ...(type && { type }) }) as Secret;
    const typeOf = (type?: string) => copyOf(secret(type), 'apart', {}).type;
    expect(typeOf('kubernetes.io/dockerconfigjson')).to.equal('kubernetes.io/dockerconfigjson');
    for (const type of ['kubernetes.io/service-account-token', 'example.com/x', 'Opaque', undefined])
      expect(typeOf(type), type).to.equal('Opaque');
  });

  it('has another storage class for all of its volumes where one is named', () => {
    const { spec } = made(false, undefined, 'gone')[0]!;
    expect(spec).to.deep.include({
      storage: { size: '10Gi', storageClass: 'gone' },
      walStorage: { size: '2Gi', storageClass: 'gone' },
    });
  });

  it('reads by the plugin through an ObjectStore of its own', () => {
    const [store, restored] = made(true);
    expect(store).to.deep.include({ kind: 'ObjectStore', metadata: { name: 'restored', namespace: 'apart' } });
    expect(restored!.spec.externalClusters[0].plugin.parameters).to.deep.equal({
      barmanObjectName: 'restored',
      serverName: 'old',
    });
    expect(restored!.spec).not.to.have.property('plugins');
  });

  it('finds a store that the source reaches by the short name of its Service', () => {
    const at = (endpointURL: string) => {
      const source = { cluster, archiver: { ...archiver, configuration: { ...configuration, endpointURL } }, backup };
      const [made] = restoreObjects('apart', source, { kind: 'latest' }, { readerSecret: undefined });
      // biome-ignore lint/suspicious/noExplicitAny: manifests are data of many kinds
      return (made as any).spec.externalClusters[0].barmanObjectStore.endpointURL;
    };
    expect(at('http://minio:9000')).to.equal('http://minio.db.svc:9000');
    for (const whole of ['https://s3.example.org', 'http://minio.db.svc:9000', 'http://10.0.0.1:9000'])
      expect(at(whole)).to.equal(whole);
  });

  it('brings along the Secrets that the store, its authority and the registry need, and no other', () => {
    for (const byPlugin of [false, true])
      expect(secretsOf(made(byPlugin))).to.have.members(['store', 'where', 'ca', 'registry']);
    expect(secretsOf(made(false, 'reader'))).to.have.members(['reader', 'where', 'ca', 'registry']);
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'db', uid: 'u' },
      data: { a: 'YQ==' },
    };
    expect(copyOf(secret, 'apart', { a: 'b' }).metadata).to.deep.equal({
      name: 's',
      namespace: 'apart',
      labels: { a: 'b' },
    });
  });

  it('is known to archive where it has a way to', () => {
    expect(whyItArchives(cluster)).to.equal('it has spec.backup');
    const { backup: _, ...spec } = cluster.spec;
    expect(whyItArchives({ ...cluster, spec } as Cluster)).to.match(/plugin barman-cloud\S+ archives/);
  });
});
