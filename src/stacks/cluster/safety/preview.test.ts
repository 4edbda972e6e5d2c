import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Found } from '../discover.ts';
import type { ClusterOptions } from '../options.ts';
import { TestApi } from '../test-api.ts';
import { Audit, whoAndWhat, whoami } from './audit.ts';
import { previewLines } from './preview.ts';

const found = {
  cluster: {
    metadata: { name: 'pg', uid: 'uid-c' },
    status: { phase: 'Cluster in healthy state', currentPrimary: 'pg-1', image: 'postgres:18' },
  },
  instances: ['pg-1', 'pg-2'].map((name) => ({
    kind: 'Pod',
    metadata: { name, uid: `uid-${name}` },
    spec: { nodeName: 'a' },
  })),
  poolers: [
    {
      pooler: { metadata: { name: 'pool', uid: 'uid-p' }, spec: {} },
      pods: [{ metadata: { name: 'pool-x' } }],
    },
  ],
  backups: [],
  topology: { instances: 2, durability: 'required' },
} as unknown as Found;
const options = {
  context: 'staging',
  namespace: 'db',
  cluster: 'pg',
  database: 'app',
  secret: 'app-user',
  reason: 'monthly',
} as ClusterOptions;
const load = { ratePerSecond: 200, writers: 40 } as never;
const preview = (needs: readonly ('crash' | 'switchover')[]) =>
  previewLines(found, options, [{ scenario: 'drill', needs, load }], 'direct by the ClusterIP of pg-rw').join('\n');

describe('the preview of a drill on a cluster', () => {
  it('names everything that is touched with its UID, and who is primary', () => {
    const text = preview(['crash']);
    for (const uid of ['uid-c', 'uid-pg-1', 'uid-pg-2', 'uid-p']) expect(text).to.include(`(UID ${uid})`);
    expect(text).to.include('pg-1 (UID uid-pg-1) on node a, the primary');
  });

  it('says what each fault does and undoes, how much is written and where, and what else is made', () => {
    const text = preview(['crash']);
    expect(text).to.match(/fault +crash: every process .* undone: the host is started again/);
    expect(text).to.include('schema pgdrill of app, dropped at the end').and.include('a privileged pod on the node');
    expect(text).to.include('the lease pgdrill-pg; deleting it stops the drill');
  });

  it('names the namespace and the size of what a restore makes, and that a lease is taken', () => {
    const sized = { ...found, cluster: { ...found.cluster, spec: { storage: { size: '10Gi' } } } } as unknown as Found;
    const restoring = { ...options, restore: { backup: 'nightly', readerSecret: undefined, assertions: [] } };
    const text = previewLines(sized, restoring, [{ scenario: 'r', needs: [], load, restores: true }], '').join('\n');
    expect(text).to.match(/also +the namespace pgdrill-restore-pg-…: .* 10Gi storage, restored from nightly; removed/);
    expect(text).to.include('the lease pgdrill-pg').and.not.to.include('privileged');
  });

  it('speaks of a privileged pod only where a fault needs one', () => {
    expect(preview(['switchover'])).not.to.include('privileged');
  });
});

describe('the audit record', () => {
  it('says who did what to which objects, and why, a line each', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pgdrill-audit-'));
    await using api = await TestApi.start();
    const audit = new Audit(folder);
    await audit.add('opened', await whoAndWhat(api.at(), found, options));
    await audit.add('fault', { fault: 'crash' });
    const lines = (await readFile(join(folder, 'audit.ndjson'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    await rm(folder, { recursive: true });
    expect(lines.map(({ what }) => what)).to.deep.equal(['opened', 'fault']);
    expect(lines[0]).to.include({
      user: whoami(),
      clusterUser: 'ada@cluster',
      why: 'monthly',
      cluster: 'staging/db/pg',
    });
    expect(lines[0].uids).to.include('Pod pg-1 uid-pg-1');
    expect(JSON.stringify(lines)).not.to.include('app-user');
  });
});
