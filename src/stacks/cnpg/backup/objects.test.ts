import { expect } from 'chai';
import type { Cluster, KubeObject } from '../objects.ts';
import { accountSecret, recoveryObjects } from './objects.ts';
import { backedUpInMemory } from './test-site.ts';

interface Spec {
  readonly [part: string]: Record<string, unknown>;
}
const made = async (by: 'tree' | 'plugin', serverTime?: string): Promise<readonly KubeObject[]> => {
  const to = serverTime ? ({ kind: 'time', serverTime } as const) : ({ kind: 'latest' } as const);
  const { source, archiver } = await backedUpInMemory(() => {}, undefined, by);
  return recoveryObjects('restored', source, archiver, to);
};
const specOf = async (serverTime?: string, by: 'tree' | 'plugin' = 'tree') =>
  (await made(by, serverTime)).at(-1) as unknown as { spec: Spec & { externalClusters: [Record<string, never>] } };

describe('the Cluster that backups are restored into', () => {
  it('cannot write back: it has no backup of its own, and its account is another', async () => {
    for (const by of ['tree', 'plugin'] as const) {
      const objects = await made(by);
      expect((objects.at(-1) as Cluster).spec).to.not.have.any.keys('backup', 'plugins');
      expect(JSON.stringify(objects)).to.contain('"sessionToken":{"name":"restored","key":"token"}');
      expect(JSON.stringify(objects)).to.not.contain('minio-credentials');
    }
  });

  it('reads where the source writes, by the name that the source has there', async () => {
    const { spec } = await specOf();
    expect(spec.externalClusters[0].barmanObjectStore).to.include({
      destinationPath: 's3://postgres-backups/',
      endpointURL: 'http://minio.data-layer.svc.cluster.local:9000',
      serverName: 'postgres',
    });
  });

  it('reads by the plugin, from an ObjectStore of its own, where that archives', async () => {
    const [store] = await made('plugin');
    expect(store).to.deep.include({ kind: 'ObjectStore', metadata: { name: 'restored', namespace: 'data-layer' } });
    expect((store as Cluster).spec.configuration).to.not.have.property('serverName');
    const { spec } = await specOf(undefined, 'plugin');
    const parameters = { barmanObjectName: 'restored', serverName: 'postgres' };
    expect(spec.externalClusters[0].plugin).to.deep.equal({ name: 'barman-cloud.cloudnative-pg.io', parameters });
  });

  it('recovers as far as the archive goes, or to a time as PostgreSQL writes it', async () => {
    const origin = { source: 'origin', database: 'myapp_dev', owner: 'myapp_dev' };
    expect((await specOf()).spec.bootstrap!.recovery).to.deep.equal(origin);
    expect((await specOf('2026-11-22T20:22:10.123456Z')).spec.bootstrap!.recovery).to.deep.include({
      recoveryTarget: { targetTime: '2026-11-22 20:22:10.123456+00' },
    });
  });

  it('has storage, and the parameters that recovery compares', async () => {
    const { source } = await backedUpInMemory(() => {});
    const { spec } = await specOf();
    expect(spec.storage).to.deep.equal(source.spec.storage);
    expect(spec.postgresql!.parameters).to.deep.equal({ max_connections: '200' });
  });

  it('gets its account in a secret of its own', () => {
    const secret = accountSecret('account', 'data', { accessKey: 'a', secretKey: 's', sessionToken: 't' });
    expect(secret.stringData).to.deep.equal({ 'access-key': 'a', 'secret-key': 's', token: 't' });
  });
});
