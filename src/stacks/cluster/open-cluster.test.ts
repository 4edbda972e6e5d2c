import { expect } from 'chai';
import { UsageError } from '../../errors.ts';
import { discover } from './discover.ts';
import { OpenCluster } from './open-cluster.ts';
import { type ClusterOptions, steadyDefaults } from './options.ts';
import type { Agents } from './pods/agents.ts';
import { ownPods } from './pods/own-pods.ts';
import type { Audit } from './safety/audit.ts';
import { DrillLease } from './safety/lease.ts';
import { TestApi } from './test-api.ts';
import { consoleOf } from './test-console.ts';

const cnpg = '/apis/postgresql.cnpg.io/v1/namespaces/db';
const behind = new Map([['pooler-1', { pooler: 'pool', selector: { 'cnpg.io/poolerName': 'pool' } }]]);
const instance = { 'cnpg.io/cluster': 'pg', 'cnpg.io/podRole': 'instance' };

describe('an open cluster', () => {
  let api: TestApi;
  let lease: DrillLease;
  beforeEach(async () => {
    api = await TestApi.start();
    api.add(`${cnpg}/clusters/pg`, {
      metadata: { name: 'pg', annotations: { 'pgdrill.dev/allow-drills': 'switchover' } },
      spec: { instances: 2 },
      status: { currentPrimary: 'pg-1', targetPrimary: 'pg-1', instanceNames: ['pg-1', 'pg-2'] },
    });
    api.add(`${cnpg}/poolers/pool`, { spec: { cluster: { name: 'pg' } } });
    api.add('/api/v1/namespaces/db/pods/pool-x', {
      metadata: { name: 'pool-x', labels: { 'cnpg.io/poolerName': 'pool' } },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    });
    for (const name of ['pg-1', 'pg-2'])
      api.add(`/api/v1/namespaces/db/pods/${name}`, {
        metadata: { name, labels: instance },
        spec: { nodeName: 'a', containers: [] },
        status: { podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
      });
    lease = await DrillLease.acquire(api.at(), { holder: 'ada@host', database: 'app' });
  });
  afterEach(async () => {
    await lease[Symbol.asyncDispose]();
    await api[Symbol.asyncDispose]();
  });

  const opened = async (dryRun = false, at = api.at()): Promise<OpenCluster> =>
    new OpenCluster({
      at,
      found: await discover(at.kube, at.site),
      ways: { endpoints: [], path: '', poolers: new Map(), behind },
      facts: { versions: {}, settings: {} },
      lease,
      agents: { all: async () => new Map() } as unknown as Agents,
      audit: { add: async () => {} } as unknown as Audit,
      watchdog: undefined,
      remarks: [],
      options: { context: 'c', namespace: 'db', cluster: 'pg', dryRun, steady: steadyDefaults } as ClusterOptions,
      progress: () => {},
    });
  const refusal = async (fault: 'crash' | 'switchover' | 'isolate', dryRun = false) => {
    const open = await opened(dryRun);
    return open.inject(fault, await open.primary(), async () => {}).catch((error: unknown) => error as Error);
  };

  it('remembers its instances while the API is away', async () => {
    const open = await opened();
    const before = await open.instances();
    api.forbidden = /pods/;
    expect(await open.instances()).to.deep.equal(before);
    api.forbidden = undefined;
  });

  it('breaks nothing that its owner has not allowed, who asked before', async () => {
    const error = await refusal('crash');
    expect(error)
      .to.be.instanceOf(UsageError)
      .with.property('message')
      .that.includes('allows switchover, but the drill needs crash');
  });

  it('cuts off no node that makes its load', async () => {
    const cluster = api.objects.get(`${cnpg}/clusters/pg`)!;
    const metadata = { ...cluster.metadata, annotations: { 'pgdrill.dev/allow-drills': 'isolate' } };
    api.objects.set(`${cnpg}/clusters/pg`, { ...cluster, metadata });
    const load = ownPods(api.at().site, 'load');
    const spec = { nodeName: 'a', containers: [] };
    api.add('/api/v1/namespaces/db/pods/load-0', { metadata: { name: 'load-0', labels: load }, spec } as object);
    expect(await refusal('isolate'))
      .to.be.instanceOf(UsageError)
      .with.property('message')
      .that.includes('isolate of pg-1 would cut off a, where load-0 of this drill runs');
  });

  it('in a dry run makes the fault ready and changes nothing but its own lease', async () => {
    const active = await refusal('switchover', true);
    expect(active).to.have.property('proof').that.includes('dry run: nothing was broken');
    expect(api.requests.filter((one) => /^(PATCH|DELETE|PUT)/.test(one))).to.deep.equal([]);
  });

  it('has how to undo in the lease before it pauses a Pooler, during which a switchover may be asked for', async () => {
    const allowed = { 'pgdrill.dev/allow-drills': 'switchover, pooler-pause' };
    const cluster = api.objects.get(`${cnpg}/clusters/pg`)!;
    api.objects.set(`${cnpg}/clusters/pg`, { ...cluster, metadata: { ...cluster.metadata, annotations: allowed } });
    const managedFields = [{ manager: 'kubectl', operation: 'Update', fieldsV1: {} }];
    api.add(`${cnpg}/poolers/pool`, {
      metadata: { name: 'pool', managedFields } as never,
      spec: { cluster: { name: 'pg' } },
    });
    const paused = () =>
      (api.objects.get(`${cnpg}/poolers/pool`)!.spec as { pgbouncer?: { paused?: boolean } }).pgbouncer;
    const at = api.at();
    at.kube.stream = async () => consoleOf(() => paused()?.paused === true);
    const open = await opened(false, at);
    const target = { kind: 'pooler', name: 'pooler-1' } as const;
    const disk: string[] = [];
    const active = await open.inject('pooler-pause', target, async ({ how }) => {
      disk.push(JSON.stringify([how, paused() ?? null]));
    });
    expect(disk).to.deep.equal(['[{"pooler":"pool"},null]']);
    expect(api.requests.filter((one) => one.startsWith('PATCH')).map((one) => one.split('/').at(-1))).to.deep.equal([
      ...['pgdrill-pg', 'pool'],
    ]);
    expect((await open.residue()).found).to.deep.equal(['the Pooler pool is paused']);
    await open.inject('switchover', await open.primary(), async () => {});
    expect(await active.heal()).to.equal('no PgBouncer of the Pooler pool is paused');
    expect(paused()).to.deep.equal({ paused: false });
  });

  it('pauses nothing that its owner has not allowed by name', async () => {
    const target = { kind: 'pooler', name: 'pooler-1' } as const;
    const error = await (await opened()).inject('pooler-pause', target, async () => {}).catch((it: Error) => it);
    expect((error as Error).message).to.include('allows switchover, but the drill needs pooler-pause');
  });

  it('has how to undo in the lease before it asks for a switchover, and forgets it when it is healed', async () => {
    const open = await opened();
    const active = await open.inject('switchover', await open.primary(), async () => {});
    const patches = api.requests.filter((one) => one.startsWith('PATCH'));
    expect(patches[0]).to.include('/leases/pgdrill-pg');
    expect(patches[1]).to.include('/clusters/pg/status');
    await active.heal();
    const { annotations } = api.objects.get('/apis/coordination.k8s.io/v1/namespaces/db/leases/pgdrill-pg')!.metadata;
    expect(annotations?.['pgdrill.dev/undo']).to.equal('[]');
  });
});
