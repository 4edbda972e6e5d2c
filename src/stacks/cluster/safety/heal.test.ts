import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import type { UndoRecord } from '../../../faults/target.ts';
import { TestApi } from '../test-api.ts';
import { healCluster, healDrills } from './heal.ts';
import { findLease } from './lease.ts';

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/db/leases/pgdrill-pg';
const operatorPath = '/apis/apps/v1/namespaces/cnpg-system/deployments/cnpg';
const agentPath = '/api/v1/namespaces/db/pods/pgdrill-node-a';
const operator = { 'app.kubernetes.io/name': 'cloudnative-pg' };
const undo: UndoRecord = {
  ...{ id: '0f7c8a3d-3f0e-4d0c-9a43-0c2a43d4b5a1', stack: 'cluster', stackId: 'ctx/db/pg', fault: 'operator-down' },
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
    api.add(operatorPath, { metadata: { name: 'cnpg', labels: operator }, spec: { replicas: 0 } });
    api.add('/api/v1/namespaces/cnpg-system/pods/cnpg-1', {
      metadata: { name: 'cnpg-1', labels: operator },
      spec: { containers: [] },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    });
  });
  afterEach(() => api[Symbol.asyncDispose]());

  /** A drill that no longer renews its lease, with the operator away. */
  const leave = (undos: readonly unknown[] = [undo]) =>
    api.add(leasePath, {
      metadata: { name: 'pgdrill-pg', annotations: { 'pgdrill.dev/undo': JSON.stringify(undos) } },
      spec: { holderIdentity: 'ada@host', renewTime: new Date().toISOString() },
    });
  /** What was done; what the records hold is said before, and `heal-gone.test.ts` has it. */
  const hear = (text: string): void => void (/^(recorded: |found: |observing )/.test(text) || said.push(text));
  const { signal } = new AbortController();
  const pace = { everyMs: 10, deadAfterMs: 200 };
  const heal = (wait = false) => healCluster(api.at(), { say: hear, wait, signal, pace });
  /** A drill that renews its lease every 20 ms while `work` runs. */
  const renewing = async <T>(work: () => Promise<T>): Promise<T> => {
    leave();
    const timer = setInterval(() => {
      const lease = api.objects.get(leasePath)!;
      api.objects.set(leasePath, {
        ...lease,
        spec: { ...(lease.spec as object), renewTime: new Date().toISOString() },
      });
    }, 20);
    return work().finally(() => clearInterval(timer));
  };

  it('undoes what the lease of a dead drill names, from any machine, and removes the lease', async () => {
    leave();
    expect(await heal()).to.deep.equal([]);
    expect((api.objects.get(operatorPath)!.spec as { replicas: number }).replicas).to.equal(2);
    expect(said).to.deep.equal(['operator-down of operator: the operator is ready again']);
    expect(api.objects.has(leasePath)).to.equal(false);
  });

  it('undoes a record once that both the lease and this machine’s disk hold', async () => {
    leave();
    const options = { say: hear, wait: false, signal, pace };
    expect(await healCluster(api.at(), { ...options, onDisk: async () => [undo] })).to.deep.equal([]);
    expect(said).to.deep.equal(['operator-down of operator: the operator is ready again']);
  });

  describe('of a drill that restored a backup', () => {
    const name = 'pgdrill-restore-pg-0a1b2c';
    const place = `/api/v1/namespaces/${name}`;
    const ours = {
      'app.kubernetes.io/managed-by': 'pgdrill',
      'pgdrill.dev/restore-of': 'pg',
      'pgdrill.dev/restore-from': 'db',
    };
    const restored = (labels: Record<string, string>, finalizers: string[] = []) => {
      api.add(place, { kind: 'Namespace', metadata: { name, labels, finalizers } as never });
      api.add(leasePath, {
        metadata: { name: 'pgdrill-pg', annotations: { 'pgdrill.dev/restores': JSON.stringify([name, '../db', 7]) } },
        spec: { holderIdentity: 'ada@host', renewTime: new Date(0).toISOString() },
      });
    };

    it('removes the namespace, and then the lease', async () => {
      restored(ours);
      expect(await heal()).to.deep.equal([]);
      expect(api.objects.has(place)).to.equal(false);
      expect(api.objects.has(leasePath)).to.equal(false);
      expect(said).to.deep.equal([`removed what a backup was restored into: the namespace ${name}, or what was in it`]);
    });

    it('finds it by its labels where the lease is gone', async () => {
      restored(ours);
      api.objects.delete(leasePath);
      expect(await heal()).to.deep.equal([]);
      expect(api.objects.has(place)).to.equal(false);
    });

    it('leaves a namespace alone that no drill on this Cluster made, whatever the lease says, and keeps the lease', async () => {
      restored({ ...ours, 'pgdrill.dev/restore-of': 'another' });
      expect((await heal())[0]).to.match(/which no drill on pg made/);
      expect(api.objects.has(place)).to.equal(true);
      expect(api.objects.has(leasePath)).to.equal(true);
    });
  });

  it('leaves a running drill alone', async () => {
    const error = (await renewing(heal).catch((reason: unknown) => reason)) as Error;
    expect(error.message).to.include('a drill by ada@host is under way');
    expect((api.objects.get(operatorPath)!.spec as { replicas: number }).replicas).to.equal(0);
  });

  it('waits, as a watchdog, until the drill has died, and only then heals', async () => {
    let healing: Promise<string[]> | undefined;
    await renewing(async () => {
      healing = heal(true);
      await sleep(2 * pace.deadAfterMs);
      expect((await findLease(api.at().kube, api.at().site))?.watcher).to.equal(hostname());
      expect(said).to.deep.equal([]);
    });
    expect(await healing).to.deep.equal([]);
    expect(said).to.deep.equal(['operator-down of operator: the operator is ready again']);
  });

  it('reports that no such Cluster exists, and not that nothing is left on it', async () => {
    const at = { ...api.at(), site: { ...api.at().site, cluster: 'pgg' } };
    const options = { say: () => {}, wait: false, signal };
    const error = (await healCluster(at, options).catch((reason: unknown) => reason)) as Error;
    expect(error).to.be.instanceOf(UsageError);
    expect(error.message).to.include('namespace db has no Cluster pgg').and.include('did you mean pg');
  });

  it('ends its wait where the lease may not be read: nothing could be healed', async () => {
    leave();
    api.forbidden = /^GET .*leases/;
    const error = (await heal(true).catch((reason: unknown) => reason)) as Error;
    expect(error.message).to.include('the lease of the drill on pg may not be read by this user');
  });

  it('removes pods on nodes that a drill left without its lease, and none of another Cluster’s drill', async () => {
    const other = '/api/v1/namespaces/db/pods/pgdrill-node-b';
    api.add(agentPath, { metadata: { name: 'pgdrill-node-a', labels: { 'pgdrill.dev/node-agent': 'pg' } } });
    api.add(other, { metadata: { name: 'pgdrill-node-b', labels: { 'pgdrill.dev/node-agent': 'pg-of-others' } } });
    expect(await heal()).to.deep.equal([]);
    // Without a lease every database would be looked into; this cluster has no primary to ask.
    expect(said).to.have.lengthOf(2);
    expect(said[0]).to.match(/^whether a drill left its schema in a database could not be seen: .*no primary/);
    expect(said[1]).to.equal('removed pod pgdrill-node-a');
    expect(api.objects.has(agentPath)).to.equal(false);
    expect(api.objects.has(other), 'that of another Cluster’s drill').to.equal(true);
  });

  it('keeps the lease, and with it how to undo, where undoing fails', async () => {
    leave();
    api.forbidden = /^PATCH .*deployments/;
    const [left] = await heal();
    expect(left).to.contain('operator-down of operator, which could not be undone: PATCH').and.contain('is forbidden');
    expect(api.objects.has(leasePath)).to.equal(true);
  });

  it('undoes the rest where one undo fails, what was broken last first', async () => {
    const other = { ...undo, id: '1f7c8a3d-3f0e-4d0c-9a43-0c2a43d4b5a1', how: { deployment: 'web', replicas: 9 } };
    leave([undo, other]);
    const left = await heal();
    expect(left).to.have.lengthOf(1);
    expect(left[0]).to.contain('the Deployment web, which is not an operator of CloudNativePG in cnpg-system');
    expect(said).to.deep.equal(['operator-down of operator: the operator is ready again']);
    const lists = api.requests.filter((request) => request.includes('deployments'));
    expect(
      lists.map((request) => request.split(' ')[0]),
      'the last first',
    ).to.deep.equal(['GET', 'GET', 'PATCH']);
  });

  it('undoes what is whole beside what somebody forged, says what that is, and keeps it', async () => {
    leave([{ ...undo, how: { deployment: '$(reboot)', replicas: 1 } }, undo]);
    const left = await heal();
    expect(said).to.deep.equal(['operator-down of operator: the operator is ready again']);
    expect(left).to.have.lengthOf(1);
    expect(left[0])
      .to.contain('how.deployment: expected a DNS name')
      .and.contain('kubectl annotate lease pgdrill-pg -n db pgdrill.dev/undo=[] --overwrite');
    expect(api.objects.has(leasePath)).to.equal(true);
  });

  describe('as a watchdog of drills that come', () => {
    const watch = (withinMs: number) =>
      healDrills(api.at(), { say: hear, signal, pace: { everyMs: 20, deadAfterMs: 1_500 } }, withinMs);
    const restored = () => (api.objects.get(operatorPath)!.spec as { replicas: number }).replicas;

    it('ends where none has come for a while', async () => {
      expect(await watch(50)).to.deep.equal([]);
      expect(said).to.deep.equal(['no drill has begun on pg for 0.05 s']);
    });

    it('says in the lease that it watches, heals what died, and waits for the next', async () => {
      const watching = watch(3_000);
      leave();
      await sleep(1_300);
      const annotations = api.objects.get(leasePath)?.metadata.annotations ?? {};
      expect(annotations['pgdrill.dev/watched-by']).to.equal(hostname());
      expect(restored()).to.equal(0);
      expect(await watching).to.deep.equal([]);
      expect(restored()).to.equal(2);
      expect(said.at(-1)).to.equal('no drill has begun on pg for 3 s');
    });

    it('reports what it may not read, and does not wait for it', async () => {
      api.forbidden = /leases/;
      const error = await watch(60_000).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(UsageError).with.property('message').that.includes('may not be read by this user');
    });
  });
});
