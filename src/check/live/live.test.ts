import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { expect } from 'chai';
import { SetupError, UsageError } from '../../errors.ts';
import { check } from '../check.ts';
import { fetchLive } from './live.ts';

const cnpg = '/apis/postgresql.cnpg.io/v1';
const resource = (name: string, kind: string) => ({ name, kind, namespaced: true, verbs: ['list'] });
const url = 'postgresql://u:hunter2@pg-rw.db/x';

/** What an API server answers: the kinds of three groups, and lists whose items have no kind. */
const answers: Record<string, object> = {
  [cnpg]: {
    resources: [
      resource('clusters', 'Cluster'),
      resource('poolers', 'Pooler'),
      resource('scheduledbackups', 'ScheduledBackup'),
      resource('backups', 'Backup'),
    ],
  },
  '/api/v1': {
    resources: [resource('services', 'Service'), resource('configmaps', 'ConfigMap'), resource('secrets', 'Secret')],
  },
  [`${cnpg}/namespaces/db/clusters`]: {
    items: [
      {
        metadata: { name: 'pg', namespace: 'db', managedFields: [{}] },
        spec: { instances: 3, storage: { size: '1Gi' } },
      },
    ],
  },
  [`${cnpg}/namespaces/db/poolers`]: {
    items: [{ metadata: { name: 'pool', namespace: 'db' }, spec: { cluster: { name: 'pg' }, pgbouncer: {} } }],
  },
  [`${cnpg}/namespaces/db/scheduledbackups`]: { items: [] },
  [`${cnpg}/namespaces/db/backups`]: { items: [] },
  '/api/v1/namespaces/db/services': { items: [] },
  '/api/v1/namespaces/db/configmaps': { items: [{ metadata: { name: 'app', namespace: 'db' }, data: { url } }] },
  '/api/v1/namespaces/db/secrets': {
    items: [{ metadata: { name: 'app', namespace: 'db' }, data: { url: Buffer.from(url).toString('base64') } }],
  },
};

describe('checking a live namespace', () => {
  let server: Server;
  let config: KubeConfig;
  let forbidden: string | undefined;
  /** What a path is answered instead, by its status. */
  let refused = 403;
  const seen: string[] = [];
  before((done) => {
    server = createServer((request, response) => {
      const path = request.url!.split('?')[0]!;
      seen.push(request.method!);
      const status = path === forbidden ? refused : path in answers ? 200 : 404;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(
          status === 200 ? answers[path] : { kind: 'Status', message: 'storage is initializing', code: status },
        ),
      );
    }).listen(0, '127.0.0.1', () => {
      config = new KubeConfig();
      config.loadFromClusterAndUser(
        { name: 'c', server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, skipTLSVerify: true },
        { name: 'u' },
      );
      config.contexts = [{ name: 'staging', cluster: 'c', user: 'u' }];
      config.setCurrentContext('staging');
      done();
    });
  });
  after(() => server.close());
  beforeEach(() => {
    forbidden = undefined;
    refused = 403;
  });

  it('runs the same rules on what it fetched, and names the object in place of a file', async () => {
    const findings = check(await fetchLive(config, 'staging', 'db'), 0);
    expect(findings.map((finding) => `${finding.rule} ${finding.file}`)).to.include.members([
      'pooler-login-retry staging/db/pooler/pool.yaml',
      'pooler-bypassed staging/db/configmap/app.yaml',
      'replication-asynchronous staging/db/cluster/pg.yaml',
    ]);
  });

  it('only reads, and takes over neither values of Secrets nor managed fields', async () => {
    const sources = await fetchLive(config, 'staging', 'db');
    const secret = sources.find((source) => source.file === 'staging/db/secret/app.yaml')!;
    expect(secret.text).to.contain('url:').and.not.contain('hunter2');
    expect(secret.text).not.to.contain(Buffer.from(url).toString('base64'));
    expect(sources.map((source) => source.text).join()).not.to.contain('managedFields');
    expect(new Set(seen)).to.eql(new Set(['GET']));
  });

  it('says which verb on what is missing, but does without kinds that are not needed', async () => {
    forbidden = '/api/v1/namespaces/db/secrets';
    expect((await fetchLive(config, 'staging', 'db')).some((source) => source.file.includes('/secret/'))).to.equal(
      false,
    );
    forbidden = `${cnpg}/namespaces/db/poolers`;
    const error = await fetchLive(config, 'staging', 'db').catch((reason: unknown) => reason);
    expect(error)
      .to.be.instanceOf(UsageError)
      .with.property('message')
      .that.contains('the verb list on poolers of postgresql.cnpg.io');
  });

  it('reports what the server said where it refuses for another reason', async () => {
    forbidden = `${cnpg}/namespaces/db/poolers`;
    refused = 500;
    const error = await fetchLive(config, 'staging', 'db').catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SetupError).with.property('message').that.contains('but: storage is initializing.');
  });

  it('says that a namespace holds none, and that a server does not answer', async () => {
    for (const kind of ['clusters', 'poolers', 'scheduledbackups', 'backups'])
      answers[`${cnpg}/namespaces/empty/${kind}`] = { items: [] };
    const empty = await fetchLive(config, 'staging', 'empty').catch((reason: unknown) => reason);
    expect(empty).to.be.instanceOf(UsageError).with.property('message').that.contains('but found none');
    const gone = new KubeConfig();
    gone.loadFromClusterAndUser({ name: 'c', server: 'http://127.0.0.1:1', skipTLSVerify: true }, { name: 'u' });
    gone.contexts = config.contexts;
    gone.setCurrentContext('staging');
    const error = await fetchLive(gone, 'staging', 'db').catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SetupError).with.property('message').that.contains('expected to list');
  });
});
