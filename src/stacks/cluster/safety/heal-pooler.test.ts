/** A drill that died while it held the clients of a Pooler: what the lease names is undone, where it is still the drill's. */
import { expect } from 'chai';
import { TestApi } from '../test-api.ts';
import { consoleOf } from '../test-console.ts';
import { furnish } from '../test-furnished.ts';
import { healCluster } from './heal.ts';

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/db/leases/pgdrill-pg';
const poolerPath = '/apis/postgresql.cnpg.io/v1/namespaces/db/poolers/pool';
const ref = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Pooler', metadata: { name: 'pool', namespace: 'db' } };
const undo = {
  ...{ id: '0f7c8a3d-3f0e-4d0c-9a43-0c2a43d4b5a1', stack: 'cluster', stackId: 'ctx/db/pg', fault: 'pooler-pause' },
  ...{ target: { kind: 'pooler', name: 'pooler-1' }, how: { pooler: 'pool' } },
};

describe('healing a Pooler that a dead drill paused', () => {
  let api: TestApi;
  let end: () => void;
  beforeEach(async () => {
    api = await TestApi.start();
    end = furnish(api);
    api.add(leasePath, {
      metadata: { name: 'pgdrill-pg', annotations: { 'pgdrill.dev/undo': JSON.stringify([undo]) } },
      spec: { holderIdentity: 'ada@host' },
    });
  });
  afterEach(async () => {
    end();
    await api[Symbol.asyncDispose]();
  });

  const pooler = () =>
    api.objects.get(poolerPath) as unknown as {
      readonly metadata: { readonly managedFields: { manager: string }[] };
      readonly spec: { readonly pgbouncer: { readonly paused?: boolean } };
    };
  /** @param manager the client of the API that sets it */
  const pause = async (manager: string) => {
    await api.at().kube.patch(ref, { spec: { pgbouncer: { paused: true } } });
    for (const one of pooler().metadata.managedFields) if (one.manager === 'pgdrill') one.manager = manager;
  };
  const heal = (say: (text: string) => void = () => {}) => {
    const at = api.at();
    at.kube.stream = async () => consoleOf(() => pooler().spec.pgbouncer.paused === true);
    const pace = { everyMs: 10, deadAfterMs: 100 };
    return healCluster(at, { say, wait: false, signal: new AbortController().signal, pace });
  };

  it('ends the pause, and gives the lease back', async () => {
    await pause('pgdrill');
    expect(await heal()).to.deep.equal([]);
    expect(pooler().spec.pgbouncer.paused).to.equal(false);
    expect(api.objects.has(leasePath)).to.equal(false);
  });

  it('leaves a pause that is not its own, keeps the lease, and says who set it and how to end it', async () => {
    await pause('kubectl-patch');
    const left = await heal();
    expect(left).to.have.lengthOf(1);
    expect(left[0]).to.include(
      'pooler-pause of pooler-1, which could not be undone: the Pooler pool is paused, but kubectl-patch set that',
    );
    expect(left[0]).to.include(
      `kubectl patch pooler pool -n db --type merge -p '{"spec":{"pgbouncer":{"paused":false}}}'`,
    );
    expect(pooler().spec.pgbouncer.paused).to.equal(true);
    expect(api.objects.has(leasePath)).to.equal(true);
  });

  it('waits for the Pooler where the drill died after it deleted a pod, which is not an instance of the Cluster', async () => {
    const deleted = { ...undo, fault: 'pooler-delete', how: { pooler: 'pool', pod: 'pool-gone' } };
    const annotations = { 'pgdrill.dev/undo': JSON.stringify([deleted]) };
    api.add(leasePath, { metadata: { name: 'pgdrill-pg', annotations }, spec: { holderIdentity: 'ada@host' } });
    const said: string[] = [];
    expect(await heal((text) => said.push(text))).to.deep.equal([]);
    expect(said).to.include('pooler-delete of pooler-1: every pod of the Pooler pool is ready (1)');
  });

  it('has nothing to end where the drill died before the pause', async () => {
    expect(await heal()).to.deep.equal([]);
    expect(pooler().spec.pgbouncer.paused).to.equal(undefined);
  });
});
