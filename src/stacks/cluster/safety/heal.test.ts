import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import type { UndoRecord } from '../../../faults/target.ts';
import { TestApi } from '../test-api.ts';
import { healCluster } from './heal.ts';
import { findLease } from './lease.ts';

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/db/leases/pgdrill-pg';
const operatorPath = '/apis/apps/v1/namespaces/cnpg-system/deployments/cnpg';
const agentPath = '/api/v1/namespaces/db/pods/pgdrill-node-a';
const operator = { 'app.kubernetes.io/name': 'cloudnative-pg' };
const undo: UndoRecord = {
  ...{ id: 'one', stack: 'cluster', stackId: 'ctx/db/pg', fault: 'operator-down' },
  ...{ target: { kind: 'operator', name: 'operator' }, how: { deployment: 'cnpg', replicas: 2 } },
};

describe('healing a cluster', () => {
  let api: TestApi;
  let said: string[];
  beforeEach(async () => {
    api = await TestApi.start();
    said = [];
    api.add('/apis/postgresql.cnpg.io/v1/namespaces/db/clusters/pg', {
      spec: { instances: 3 },
      status: { image: 'i' },
    });
    api.add(operatorPath, { spec: { replicas: 0 } });
    api.add('/api/v1/namespaces/cnpg-system/pods/cnpg-1', {
      metadata: { name: 'cnpg-1', labels: operator },
      spec: { containers: [] },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    });
  });
  afterEach(() => api[Symbol.asyncDispose]());

  /** A drill that was last heard of so many seconds ago, with the operator away. */
  const leave = (secondsAgo: number) =>
    api.add(leasePath, {
      metadata: { name: 'pgdrill-pg', annotations: { 'pgdrill.dev/undo': JSON.stringify([undo]) } },
      spec: { holderIdentity: 'ada@host', renewTime: new Date(Date.now() - secondsAgo * 1_000).toISOString() },
    });
  const heal = (wait = false, signal = new AbortController().signal) =>
    healCluster(api.at(), { say: (text) => void said.push(text), wait, signal });

  it('undoes what the lease of a dead drill names, from any machine, and removes the lease', async () => {
    leave(60);
    expect(await heal()).to.deep.equal([]);
    expect((api.objects.get(operatorPath)!.spec as { replicas: number }).replicas).to.equal(2);
    expect(said).to.deep.equal(['operator-down of operator: the operator is ready again']);
    expect(api.objects.has(leasePath)).to.equal(false);
  });

  it('touches nothing of a drill that lives', async () => {
    leave(2);
    const error = (await heal().catch((reason: unknown) => reason)) as Error;
    expect(error.message).to.include('a drill by ada@host is under way');
    expect((api.objects.get(operatorPath)!.spec as { replicas: number }).replicas).to.equal(0);
  });

  it('waits, as a watchdog, until the drill has died, and only then heals', async function () {
    this.timeout(15_000);
    leave(26);
    const healing = heal(true);
    while (!api.requests.includes(`PATCH ${leasePath}`)) await sleep(10);
    const watched = await findLease(api.at().kube, api.at().site);
    expect(watched).to.include({ alive: true, watcher: hostname() });
    expect(await healing).to.deep.equal([]);
    expect(said).to.deep.equal(['operator-down of operator: the operator is ready again']);
  });

  it('says that there is no such Cluster, and not that nothing is left on it', async () => {
    const at = { ...api.at(), site: { ...api.at().site, cluster: 'pgg' } };
    const options = { say: () => {}, wait: false, signal: new AbortController().signal };
    const error = (await healCluster(at, options).catch((reason: unknown) => reason)) as Error;
    expect(error).to.be.instanceOf(UsageError);
    expect(error.message).to.include('there is no Cluster pgg in namespace db').and.include('did you mean pg');
  });

  it('ends its wait where the lease may not be read: nothing could be healed', async () => {
    leave(2);
    api.forbidden = /^GET .*leases/;
    const error = (await heal(true).catch((reason: unknown) => reason)) as Error;
    expect(error.message).to.include('the lease of the drill on pg may not be read by this user');
  });

  it('removes pods on nodes that a drill left without its lease, and none of another Cluster’s drill', async () => {
    const other = '/api/v1/namespaces/db/pods/pgdrill-node-b';
    api.add(agentPath, { metadata: { name: 'pgdrill-node-a', labels: { 'pgdrill.dev/node-agent': 'pg' } } });
    api.add(other, { metadata: { name: 'pgdrill-node-b', labels: { 'pgdrill.dev/node-agent': 'pg-of-others' } } });
    expect(await heal()).to.deep.equal([]);
    expect(said).to.deep.equal(['removed pod pgdrill-node-a']);
    expect(api.objects.has(agentPath)).to.equal(false);
    expect(api.objects.has(other), 'that of another Cluster’s drill').to.equal(true);
  });

  it('keeps the lease, and with it how to undo, where undoing fails', async () => {
    leave(60);
    api.forbidden = /^PATCH .*deployments/;
    expect(await heal().catch(() => 'failed')).to.equal('failed');
    expect(api.objects.has(leasePath)).to.equal(true);
  });
});
