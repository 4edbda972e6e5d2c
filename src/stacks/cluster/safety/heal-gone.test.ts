/** Healing where the target of a fault has gone for good, or never was one of the drill's. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import { Agents } from '../pods/agents.ts';
import { TestApi } from '../test-api.ts';
import { healCluster } from './heal.ts';

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/db/leases/pgdrill-pg';
const clusterPath = '/apis/postgresql.cnpg.io/v1/namespaces/db/clusters/pg';
const operatorPath = '/apis/apps/v1/namespaces/cnpg-system/deployments/cnpg';
const operator = { 'app.kubernetes.io/name': 'cloudnative-pg' };
const instance = { 'cnpg.io/cluster': 'pg', 'cnpg.io/podRole': 'instance' };
const ready = { conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ restartCount: 0 }] };

const record = (fault: string, how: object, kind = 'instance') => ({
  ...{ id: crypto.randomUUID(), stack: 'cluster', stackId: 'ctx/db/pg', fault, how },
  target: kind === 'instance' ? { kind, name: 'pg-1', host: 'a', address: '' } : { kind, name: kind },
});

describe('healing what has gone for good', function suite() {
  this.timeout(15_000);
  let api: TestApi;
  let said: string[];
  beforeEach(async () => {
    api = await TestApi.start();
    said = [];
    api.add(operatorPath, { metadata: { name: 'cnpg', labels: operator }, spec: { replicas: 0 } });
    api.add('/api/v1/namespaces/cnpg-system/pods/cnpg-1', {
      metadata: { name: 'cnpg-1', labels: operator },
      ...{ spec: { containers: [] }, status: ready },
    });
    api.add('/api/v1/nodes/a', {
      metadata: { name: 'a', annotations: { 'pgdrill.dev/cordoned-by': 'db/pg' } },
      spec: { unschedulable: true },
    });
  });
  afterEach(() => api[Symbol.asyncDispose]());

  const leave = (undos: readonly unknown[], more: Record<string, string> = {}) =>
    api.add(leasePath, {
      metadata: {
        ...{ name: 'pgdrill-pg', finalizers: ['pgdrill.dev/undo'], deletionTimestamp: '2026-01-01T00:00:00Z' },
        annotations: { 'pgdrill.dev/undo': JSON.stringify(undos), ...more },
      } as never,
      spec: { holderIdentity: 'ada@host', renewTime: new Date(0).toISOString() },
    });
  /** All but that the lease is observed, which `lease-observer.test.ts` has. */
  const hear = (text: string): void => void (text.startsWith('observing ') || said.push(text));
  const heal = (confirm?: () => Promise<void>) =>
    healCluster(api.at(), {
      ...{ say: hear, wait: false, signal: new AbortController().signal },
      pace: { everyMs: 10, deadAfterMs: 100 },
      ...(confirm && { confirm }),
    });
  /** It resolves within seconds: waiting for what never returns is what keeps a namespace. */
  const soon = <T>(work: Promise<T>) =>
    Promise.race([work, sleep(8_000).then(() => Promise.reject(new Error('waits')))]);
  const present = (metadata: object = {}) =>
    api.add(clusterPath, {
      metadata: { name: 'pg', ...metadata },
      spec: { instances: 2 },
      status: { currentPrimary: 'pg-2', instanceNames: ['pg-2', 'pg-3'] },
    });
  const pod = (name: string, node: string) =>
    api.add(`/api/v1/namespaces/db/pods/${name}`, {
      metadata: { name, labels: instance },
      spec: { nodeName: node, containers: [{ name: 'postgres', image: 'operand:18' }] },
      status: ready,
    });

  const everything = [
    record('delete', { pod: 'pg-1' }),
    record('restart', { pod: 'pg-1' }),
    record('crash', { pod: 'pg-1' }),
    record('isolate', { pod: 'pg-1', node: 'a' }),
    record('drain', { pod: 'pg-1', node: 'a' }),
    record('operator-down', { deployment: 'cnpg', replicas: 2 }, 'operator'),
  ];
  for (const [what, prepare] of [
    ['no longer exists', () => {}],
    ['is being deleted', () => present({ deletionTimestamp: '2026-01-01T00:00:00Z' })],
  ] as const)
    it(`releases the lease of a Cluster that ${what}, and undoes what is left outside of it`, async () => {
      prepare();
      leave(everything, { 'pgdrill.dev/database': 'app' });
      expect(await soon(heal())).to.deep.equal([]);
      expect(api.objects.has(leasePath)).to.equal(false);
      expect(said.join('\n')).to.include(`the Cluster pg ${what}: what is left outside of it is undone`);
      expect((api.objects.get('/api/v1/nodes/a')!.spec as { unschedulable?: boolean }).unschedulable).to.equal(
        undefined,
      );
      expect((api.objects.get(operatorPath)!.spec as { replicas: number }).replicas).to.equal(2);
      expect(said.join('\n')).to.include('a ends it by its own clock');
      // Nothing that a terminating namespace would refuse is asked for.
      expect(api.requests.filter((request) => request.startsWith('POST '))).to.deep.equal([]);
    });

  it('keeps the lease where a node is still cordoned, and says what to do', async () => {
    api.add('/api/v1/nodes/a', { metadata: { name: 'a' }, spec: { unschedulable: true } });
    leave([record('drain', { pod: 'pg-1', node: 'a' })]);
    expect((await soon(heal()))[0]).to.include('kubectl uncordon a');
    expect(api.objects.has(leasePath)).to.equal(true);
  });

  it('does not take a Cluster that may not be read for one that is gone', async () => {
    leave([record('delete', { pod: 'pg-1' })]);
    api.forbidden = /clusters\/pg$/;
    expect(await soon(heal()).catch((error: Error) => error)).to.be.instanceOf(Error);
    expect(api.objects.has(leasePath)).to.equal(true);
  });

  it('does not wait for an instance that the operator has replaced', async () => {
    present();
    leave([record('delete', { pod: 'pg-1' })]);
    expect(await soon(heal())).to.deep.equal([]);
    expect(said).to.include('delete of pg-1: pg-1 is no longer an instance of pg; nothing to undo');
  });

  it('makes no pod on a node that has no instance of the Cluster, whatever the undo record says', async () => {
    present();
    pod('pg-2', 'b');
    leave([record('isolate', { pod: 'pg-2', node: 'control-plane-1' })]);
    expect(await soon(heal())).to.deep.equal([]);
    expect(said.join('\n')).to.include(
      'no instance of pg runs on control-plane-1; control-plane-1 ends it by its own clock',
    );
    expect(api.requests.filter((request) => request.startsWith('POST '))).to.deep.equal([]);
    const error = await new Agents(api.at().kube, api.at().site).shell('control-plane-1').catch((why: unknown) => why);
    expect(error).to.be.instanceOf(UsageError).with.property('message').that.includes('no instance of pg runs on');
  });

  it('makes the pod on a node from the image of the instance’s pod, and not from what the Cluster’s status says', async () => {
    present();
    const { spec, status } = api.objects.get(clusterPath)!;
    api.add(clusterPath, { spec, status: { ...(status as object), image: 'evil:1' } });
    pod('pg-2', 'b');
    void new Agents(api.at().kube, api.at().site).shell('b').catch(() => {});
    const made = () => [...api.objects].find(([path]) => path.includes('/pods/pgdrill-node-b'))?.[1];
    for (let i = 0; i < 50 && !made(); i++) await sleep(50);
    expect(JSON.stringify(made()?.spec)).to.include('operand:18').and.not.include('evil');
  });

  it('shows every record before anything is undone, and undoes nothing that is not wanted', async () => {
    present();
    leave([record('operator-down', { deployment: 'cnpg', replicas: 2 }, 'operator')]);
    const error = await heal(async () => {
      expect(said).to.deep.equal(['recorded: operator-down of operator, {"deployment":"cnpg","replicas":2}']);
      throw new UsageError('no');
    }).catch((why: Error) => why);
    expect(String(error)).to.include('no');
    expect((api.objects.get(operatorPath)!.spec as { replicas: number }).replicas).to.equal(0);
  });
});
