import { expect } from 'chai';
import { SetupError, UsageError } from '../../errors.ts';
import type { Cluster } from '../cnpg/objects.ts';
import { confirmations, durabilityOf } from '../cnpg/topology.ts';
import { demandBase, whyNoRight } from './access.ts';
import { discover, readAccount } from './discover.ts';
import { TestApi } from './test-api.ts';

const cnpg = '/apis/postgresql.cnpg.io/v1/namespaces/db';
const names = { cluster: 'pg', secret: 'app' };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const refusal = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('nothing was thrown'),
    (error) => error,
  );

describe('discovering a cluster', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
    api.add(`${cnpg}/clusters/pg`, {
      spec: { instances: 3, postgresql: { synchronous: { number: 1 } } },
      status: { currentPrimary: 'pg-1', targetPrimary: 'pg-1' },
    });
    api.add(`${cnpg}/poolers/pool`, {
      spec: {
        cluster: { name: 'pg' },
        type: 'rw',
        instances: 2,
        pgbouncer: { poolMode: 'transaction', parameters: { default_pool_size: '40' } },
      },
    });
    api.add('/api/v1/namespaces/db/pods/pool-x', {
      metadata: { name: 'pool-x', labels: { 'cnpg.io/poolerName': 'pool' } },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    });
  });
  afterEach(() => api[Symbol.asyncDispose]());

  const look = () => discover(api.at().kube, api.at().site);

  it('finds the topology in force, in the words of a scenario', async () => {
    expect((await look()).topology).to.deep.include({
      instances: 3,
      durability: 'required',
      pooler: { instances: 2, mode: 'transaction', poolSize: 40 },
    });
  });

  it('changes nothing', async () => {
    await look();
    expect(api.requests.filter((one) => !one.startsWith('GET '))).to.deep.equal([]);
  });

  it('names the nearest Cluster where there is none of that name', async () => {
    const at = { ...api.at(), site: { ...api.at().site, cluster: 'pgg' } };
    expect((await refusal(discover(at.kube, at.site))).message).to.include(
      'namespace db has no Cluster pgg (did you mean pg?)',
    );
  });

  it('says that a namespace has no Cluster, or the Cluster no Pooler, or the Pooler no pod', async () => {
    api.objects.delete('/api/v1/namespaces/db/pods/pool-x');
    expect((await refusal(look())).message).to.include('the Pooler pool has no pod that is ready');
    api.objects.delete(`${cnpg}/poolers/pool`);
    expect((await refusal(look())).message).to.include('should have a Pooler of type rw, but has none');
    api.objects.delete(`${cnpg}/clusters/pg`);
    expect((await refusal(look())).message).to.include('namespace db has no Cluster;');
  });

  it('says what may not be read, and that an API server does not answer', async () => {
    api.forbidden = /clusters/;
    const refused = await refusal(look());
    expect(refused).to.be.instanceOf(UsageError).with.property('message').that.includes('may not be read by this user');
    const { kube, site } = api.at();
    await api[Symbol.asyncDispose]();
    const gone = await refusal(discover(kube, site));
    expect(gone)
      .to.be.instanceOf(SetupError)
      .with.property('message')
      .that.matches(/the API server http.* does not answer \(.*ECONNREFUSED/);
    api = await TestApi.start();
  });

  it('reads the account, and says what is wrong with the Secret', async () => {
    const { kube, site } = api.at();
    api.add('/api/v1/namespaces/db/secrets/app', { data: { username: base64('app'), password: base64('geheim') } });
    expect(await readAccount(kube, site, 'app')).to.deep.equal({ user: 'app', password: 'geheim' });
    api.add('/api/v1/namespaces/db/secrets/half', { data: { username: base64('app') } });
    expect((await refusal(readAccount(kube, site, 'half'))).message).to.equal(
      'the Secret half should have username and password, but has username',
    );
    expect((await refusal(readAccount(kube, site, 'none'))).message).to.include('namespace db has no Secret none');
  });

  it('names the verb that is missing and the rule that grants it', async () => {
    const { kube, site } = api.at();
    await demandBase(kube, site, names);
    api.denied = new Set(['create pods/exec', 'get secrets']);
    const { message } = await refusal(demandBase(kube, site, names));
    expect(message).to.include('may not create pods/exec in db, nor get secrets in db');
    expect(message).to.include('{apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: ["app"]}');
  });

  it('says why a single fault is not possible, and that another is', async () => {
    const { kube, site } = api.at();
    api.denied = new Set(['patch deployments/scale']);
    expect(await whyNoRight(kube, site, 'operator-down', names)).to.include(
      'may not patch deployments.apps/scale in cnpg-system',
    );
    expect(await whyNoRight(kube, site, 'switchover', names)).to.equal(undefined);
  });
});

describe('what a Cluster promises for acknowledged writes', () => {
  const spec = (postgresql: object, more: object = {}): Cluster['spec'] => ({ instances: 3, postgresql, ...more });

  it('follows from its synchronous replication', () => {
    expect(durabilityOf(spec({}))).to.equal('asynchronous');
    expect(durabilityOf(spec({ synchronous: { number: 1 } }))).to.equal('required');
    expect(durabilityOf(spec({ synchronous: { number: 1, dataDurability: 'preferred' } }))).to.equal('preferred');
    expect(durabilityOf(spec({}, { minSyncReplicas: 1 }))).to.equal('preferred');
  });

  it('says how many standbys a write waits for', () => {
    expect(confirmations(spec({ synchronous: { number: 2 } }))).to.equal(2);
    expect(confirmations(spec({ synchronous: { number: 2, dataDurability: 'preferred' } }))).to.equal(0);
  });
});
