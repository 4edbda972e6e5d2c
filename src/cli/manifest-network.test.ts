import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../errors.ts';
import { TestApi } from '../stacks/cluster/test-api.ts';
import { type NetworkFlags, type NetworkNeeds, networkOf } from './manifest-network.ts';

const given: NetworkFlags = {
  ...{ apiServer: ['10.0.0.1/32'], apiPort: [], podPort: [] },
  ...{ storeCidr: [], reportCidr: [], identity: [] },
};
const needs: NetworkNeeds = { namespace: 'db', cluster: 'pg', hooks: {}, archiveAccount: false, restores: true };

describe('the network of the manifests, as given', () => {
  const refusal = async (flags: Partial<NetworkFlags>): Promise<string> => {
    const error = await networkOf({ ...given, ...flags }, needs).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UsageError);
    return (error as Error).message;
  };

  it('takes addresses of both versions', async () => {
    const storeCidr = ['192.0.2.0/24', '2001:db8::/32', '::/0'];
    expect((await networkOf({ ...given, storeCidr }, needs)).storeCidrs).to.deep.equal(storeCidr);
  });

  for (const [option, flags] of [
    ['--store-cidr', { storeCidr: ['s3.example.org'] }],
    ['--store-cidr', { storeCidr: ['192.0.2.0'] }],
    ['--store-cidr', { storeCidr: ['192.0.2.0/33'] }],
    ['--report-cidr', { reportCidr: ['2001:db8::/129'] }],
    ['--report-cidr', { reportCidr: ['1:2/3'] }],
    ['--api-server', { apiServer: ['300.0.0.1/32'] }],
  ] as const)
    it(`refuses ${Object.values(flags)[0]} for ${option}`, async () => {
      expect(await refusal(flags)).to.match(new RegExp(`^${option} expects addresses such as 10.0.0.1/32; it got`));
    });

  it('takes the ways of a cloud by name, where restores use the Cluster’s own account', async () => {
    const flags = { ...given, identity: ['irsa'] };
    expect((await networkOf(flags, { ...needs, archiveAccount: true })).identities).to.deep.equal(['irsa']);
    expect((await networkOf(flags, needs)).identities).to.deep.equal([]);
    expect(await refusal({ identity: ['moon'] })).to.match(/^--identity expects irsa, .*gke; it got "moon"$/);
  });

  it('names the store as an instance in another namespace does, with the port that was given for its short name', async () => {
    const flags = { ...given, storeAddress: 'http://minio', podPort: ['minio=9000'] };
    const { storeAddress, podPorts } = await networkOf(flags, needs);
    expect(storeAddress).to.equal('http://minio.db.svc');
    expect(podPorts).to.deep.include({ 'minio.db.svc': [9000] });
  });
});

describe('the network of the manifests, as a cluster says', () => {
  let api: TestApi;
  let folder: string;
  const before = process.env.KUBECONFIG;
  beforeEach(async () => {
    api = await TestApi.start();
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-kubeconfig-'));
    process.env.KUBECONFIG = join(folder, 'config');
    await writeFile(process.env.KUBECONFIG, api.at().kube.config.exportConfig());
  });
  afterEach(async () => {
    await api[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
    if (before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = before;
  });
  const slice = (namespace: string, service: string, port: number) =>
    api.add(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices/${service}`, {
      metadata: { name: service, labels: { 'kubernetes.io/service-name': service } },
      ...{ endpoints: [{ addresses: ['10.1.1.1'] }], ports: [{ port }] },
    });
  const read = (flags: Partial<NetworkFlags>, more: Partial<NetworkNeeds> = {}) =>
    networkOf({ ...given, context: 'loaded-context', ...flags }, { ...needs, ...more });

  it('has the ports of hooks too, whose names may be short and their addresses have TLS', async () => {
    slice('monitoring', 'grafana', 3000);
    slice('monitoring', 'alertmanager', 9093);
    slice('db', 'hook', 8080);
    const hooks = {
      webhook: 'http://hook/drills',
      alertmanager: { url: 'http://alertmanager.monitoring' },
      grafana: { url: 'https://grafana.monitoring', tags: [] },
    } as unknown as NetworkNeeds['hooks'];
    expect((await read({}, { hooks })).podPorts).to.deep.equal({
      ...{ hook: [8080], 'alertmanager.monitoring': [9093], 'grafana.monitoring': [3000] },
    });
  });

  it('knows a name of two parts that is not a Service from one that may not be looked for', async () => {
    const flags = { pushgateway: 'http://example.org', prometheus: 'https://s3.eu-central-1.amazonaws.com' };
    expect((await read(flags)).podPorts).to.deep.equal({ 'example.org': [] });
    api.forbidden = /endpointslices/;
    expect((await read(flags)).podPorts).to.deep.equal({});
  });

  it('has the ports of the store by the name that an instance uses', async () => {
    slice('db', 'minio', 9000);
    expect((await read({ storeAddress: 'http://minio' })).podPorts).to.deep.equal({ 'minio.db.svc': [9000] });
  });

  const cluster = (credentials: object, annotations = {}) =>
    api.add('/apis/postgresql.cnpg.io/v1/namespaces/db/clusters/pg', {
      spec: {
        backup: { barmanObjectStore: { destinationPath: 's3://b', s3Credentials: credentials } },
        serviceAccountTemplate: { metadata: { annotations } },
      },
    } as object);

  it('finds how the Cluster’s account opens its store', async () => {
    cluster({ inheritFromIAMRole: true }, { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x' });
    expect((await read({}, { archiveAccount: true })).identities).to.deep.equal(['irsa']);
    expect((await read({})).identities, 'restores read by another account').to.deep.equal([]);
    expect((await read({ identity: ['ec2'] }, { archiveAccount: true })).identities, 'what is given').to.deep.equal([
      'ec2',
    ]);
    expect((await read({}, { archiveAccount: true })).cloudAccount, 'which one it is').to.deep.equal([
      'eks.amazonaws.com/role-arn=arn:aws:iam::1:role/x',
    ]);
    expect((await read({})).cloudAccount).to.equal(undefined);
    cluster({ accessKeyId: { name: 's', key: 'k' } });
    expect((await read({}, { archiveAccount: true })).identities).to.deep.equal([]);
    expect((await read({}, { archiveAccount: true })).cloudAccount, 'it has none').to.deep.equal([]);
    api.forbidden = /clusters/;
    expect((await read({}, { archiveAccount: true })).cloudAccount, 'it may not be read').to.equal(undefined);
    api.forbidden = undefined;
    api.objects.clear();
    expect((await read({}, { archiveAccount: true })).cloudAccount, 'it does not exist').to.equal(undefined);
  });

  it('finds the storage classes of the Cluster, for which that of restores counts', async () => {
    api.add('/apis/postgresql.cnpg.io/v1/namespaces/db/clusters/pg', {
      spec: {
        ...{ storage: { storageClass: 'fast' }, walStorage: { pvcTemplate: { storageClassName: 'wal' } } },
        tablespaces: [{ name: 't', storage: { storageClass: 'fast' } }],
      },
    } as object);
    expect((await read({})).storageClasses).to.deep.equal(['fast', 'wal']);
    expect((await read({ restoreStorageClass: 'gone-soon' })).storageClasses).to.deep.equal(['gone-soon']);
    expect((await read({}, { restores: false })).storageClasses).to.deep.equal([]);
  });

  it('goes on where the Cluster may not be read', async () => {
    api.forbidden = /clusters/;
    expect(await read({}, { archiveAccount: true })).to.deep.include({ identities: [], storageClasses: [] });
  });
});
