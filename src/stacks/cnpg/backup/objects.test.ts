import { expect } from 'chai';
import { readManifests } from '../manifests.ts';
import type { Cluster } from '../objects.ts';
import { accountSecret, objectStoreOf, recoveryCluster } from './objects.ts';

const source = async (): Promise<Cluster> =>
  (await readManifests()).find(({ kind }) => kind === 'Cluster') as unknown as Cluster;
type Spec = Record<string, Record<string, Record<string, unknown>>> & { externalClusters: Record<string, never>[] };
const specOf = async (...target: [serverTime?: string]): Promise<Spec> => {
  const to = target[0] ? ({ kind: 'time', serverTime: target[0] } as const) : ({ kind: 'latest' } as const);
  return recoveryCluster('restored', await source(), 'account', to).spec as Spec;
};

describe('the Cluster that backups are restored into', () => {
  it('cannot write back: it has no backup of its own, and its account is another', async () => {
    const spec = await specOf();
    expect(spec).to.not.have.property('backup');
    const [origin] = spec.externalClusters;
    expect(JSON.stringify(origin)).to.contain('"sessionToken":{"name":"account","key":"token"}');
    expect(JSON.stringify(origin)).to.not.contain('minio-credentials');
  });

  it('reads where the source writes, by the name that the source has there', async () => {
    const { destinationPath, endpointURL } = objectStoreOf(await source())!;
    const [origin] = (await specOf()).externalClusters;
    expect(origin!.barmanObjectStore).to.include({ destinationPath, endpointURL, serverName: 'postgres' });
  });

  it('recovers as far as the archive goes, or to a time as PostgreSQL writes it', async () => {
    const origin = { source: 'origin', database: 'myapp_dev', owner: 'myapp_dev' };
    expect((await specOf()).bootstrap!.recovery).to.deep.equal(origin);
    expect((await specOf('2026-11-22T20:22:10.123456Z')).bootstrap!.recovery).to.deep.include({
      recoveryTarget: { targetTime: '2026-11-22 20:22:10.123456+00' },
    });
  });

  it('has storage, and the parameters that recovery compares', async () => {
    const spec = await specOf();
    expect(spec.storage).to.deep.equal((await source()).spec.storage);
    expect(spec.postgresql!.parameters).to.deep.equal({ max_connections: '200' });
  });

  it('gets its account in a secret of its own', () => {
    const secret = accountSecret('account', 'data', { accessKey: 'a', secretKey: 's', sessionToken: 't' });
    expect(secret.stringData).to.deep.equal({ 'access-key': 'a', 'secret-key': 's', token: 't' });
  });
});
