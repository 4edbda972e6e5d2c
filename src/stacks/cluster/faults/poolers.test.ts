import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { SetupError, UsageError } from '../../../errors.ts';
import type { Fault } from '../../../faults/contract.ts';
import { provePaused } from '../../cnpg/faults/pooler-pause.ts';
import type { NodesAt } from '../../cnpg/node-shell.ts';
import type { Pod } from '../../cnpg/objects.ts';
import { TestApi } from '../test-api.ts';
import { consoleOf } from '../test-console.ts';
import { poolerDelete } from './pooler-delete.ts';
import { poolerPause } from './pooler-pause.ts';
import { poolerRestart } from './pooler-restart.ts';
import type { DrilledAt } from './poolers.ts';

const path = '/apis/postgresql.cnpg.io/v1/namespaces/db/poolers/pool';
const pods = '/api/v1/namespaces/db/pods';
const target = { kind: 'pooler', name: 'pooler-1' } as const;
const conditions = [{ type: 'Ready', status: 'True' }];
const byArgo = [{ manager: 'argocd', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:instances': {} } } }];

describe('the poolers of a cluster that others run', () => {
  let api: TestApi;
  let at: DrilledAt;
  /** What PgBouncer does, whatever the Pooler says. */
  let obeys: boolean;
  beforeEach(async () => {
    api = await TestApi.start();
    obeys = true;
    api.add(path, {
      metadata: { name: 'pool', managedFields: byArgo } as object as Pod['metadata'],
      spec: { cluster: { name: 'pg' }, instances: 2, pgbouncer: {} },
    });
    for (const name of ['pool-a', 'pool-b'])
      api.add(`${pods}/${name}`, {
        metadata: { name, labels: { 'cnpg.io/poolerName': 'pool' } },
        spec: { containers: [] },
        status: { conditions },
      });
    const { kube, site } = api.at();
    kube.stream = async () => consoleOf(() => obeys && paused() === true);
    const selector = { 'cnpg.io/poolerName': 'pool' };
    const behind = new Map([['pooler-1', { pooler: 'pool', selector }]]);
    at = { kube, site, behind, shell: () => Promise.reject(new Error('no node is needed')) };
  });
  afterEach(() => api[Symbol.asyncDispose]());

  const pooler = () => api.objects.get(path) as unknown as { spec: { pgbouncer: { paused?: boolean } } };
  const paused = () => pooler().spec.pgbouncer.paused;
  /** As another client of the API sets it. */
  const byHand = async (value: boolean) => {
    const { kube } = api.at();
    const ref = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Pooler', metadata: { name: 'pool', namespace: 'db' } };
    await kube.patch(ref, { spec: { pgbouncer: { paused: value } } });
    const { metadata } = api.objects.get(path) as unknown as { metadata: { managedFields: { manager: string }[] } };
    for (const one of metadata.managedFields) if (one.manager === 'pgdrill') one.manager = 'kubectl-patch';
  };
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => expect.fail('it was not refused'),
      (error: Error) => error,
    );
  const injected = async (fault: Fault<DrilledAt, NodesAt>) => {
    const prepared = await fault.prepare(at, target, {});
    await prepared.breakIt();
    return { ...prepared, proof: await prepared.prove() };
  };

  it('are paused as one, by the field that pauses them, and go on once it is undone', async () => {
    const { how, proof } = await injected(poolerPause);
    expect([how, paused()]).to.deep.equal([{ pooler: 'pool' }, true]);
    expect(proof).to.equal('PgBouncer in pool-a, pool-b reports that it is paused');
    expect(await poolerPause.heal(at, how)).to.equal('no PgBouncer of the Pooler pool is paused');
    expect(paused()).to.equal(false);
    // From another process, again, and by a second way to the same Pooler.
    expect(await poolerPause.heal(at, how)).to.equal('no PgBouncer of the Pooler pool is paused');
  });

  it('are not said to be paused while PgBouncer still serves, whatever the Pooler says', async () => {
    obeys = false;
    const prepared = await poolerPause.prepare(at, target, {});
    await prepared.breakIt();
    expect(paused()).to.equal(true);
    const error = await failure(provePaused(at, ['pool-a', 'pool-b'], 300));
    expect(error).to.be.instanceOf(SetupError).with.property('message').that.includes('PgBouncer in pool-a to pause');
  });

  it('can be paused by two ways that lead to them, which one undo ends', async () => {
    const { how } = await injected(poolerPause);
    await injected(poolerPause);
    await poolerPause.heal(at, how);
    expect(paused()).to.equal(false);
  });

  it('that somebody else paused are left alone, before a drill and after it', async () => {
    await byHand(true);
    expect(await failure(poolerPause.prepare(at, target, {})))
      .to.be.instanceOf(UsageError)
      .with.property('message')
      .that.includes('the Pooler pool is paused already; end that pause first, with: kubectl patch pooler pool -n db');
    await byHand(false);
    const { how } = await injected(poolerPause);
    // For maintenance, while the drill is dead.
    await byHand(false);
    await byHand(true);
    for (const undo of [poolerPause.heal, poolerPause.healWithout!])
      expect(await failure(undo(at, how)))
        .to.be.instanceOf(SetupError)
        .with.property('message')
        .that.includes('the Pooler pool is paused, but kubectl-patch set that, and not the drill alone');
    expect(paused()).to.equal(true);
  });

  it('of another Cluster are left alone, whatever an undo record says', async () => {
    const { how } = await injected(poolerPause);
    const spec = { ...pooler().spec, cluster: { name: 'other' } };
    api.objects.set(path, { ...api.objects.get(path)!, spec });
    expect(await poolerPause.heal(at, how)).to.equal('the Cluster pg has no Pooler pool');
    expect(paused()).to.equal(true);
  });

  it('are not paused where nothing would show later who did', async () => {
    api.objects.get(path)!.metadata = { name: 'pool', namespace: 'db', uid: 'u' };
    expect(await failure(poolerPause.prepare(at, target, {})))
      .to.be.instanceOf(UsageError)
      .with.property('message')
      .that.includes('does not record who set which field of the Pooler pool');
    expect(paused()).to.equal(undefined);
  });

  it('are resumed where the Cluster is gone and they are not', async () => {
    const { how } = await injected(poolerPause);
    expect(await poolerPause.healWithout!(at, how)).to.equal('the Pooler pool is not paused');
    expect(paused()).to.equal(false);
    api.objects.delete(path);
    expect(await poolerPause.healWithout!(at, how)).to.equal('the Cluster pg has no Pooler pool');
  });

  it('lose one pod of those behind the way, and are whole once there are as many again', async () => {
    const { how, proof } = await injected(poolerDelete);
    expect([how, proof]).to.deep.equal([{ pooler: 'pool', pod: 'pool-a' }, 'the API calls pool-a deleted']);
    expect(api.objects.has(`${pods}/pool-b`)).to.equal(true);
    const healing = poolerDelete.heal(at, how);
    setTimeout(() => {
      const labels = { 'cnpg.io/poolerName': 'pool' };
      api.add(`${pods}/pool-c`, {
        metadata: { name: 'pool-c', labels },
        spec: { containers: [] },
        status: { conditions },
      });
    }, 100);
    expect(await healing).to.equal('every pod of the Pooler pool is ready (2)');
  });

  it('are replaced one after the other, the next one only once there are as many again', async () => {
    const prepared = await poolerRestart.prepare(at, target, {});
    await prepared.breakIt();
    const proving = prepared.prove();
    await sleep(700);
    // The first is not replaced yet, so the second serves on.
    expect([api.objects.has(`${pods}/pool-a`), api.objects.has(`${pods}/pool-b`)]).to.deep.equal([false, true]);
    const replace = (name: string) =>
      api.add(`${pods}/${name}`, {
        metadata: { name, labels: { 'cnpg.io/poolerName': 'pool' } },
        ...{ spec: { containers: [] }, status: { conditions } },
      });
    replace('pool-c');
    expect(await proving).to.equal('the API calls 2 pods of the Pooler pool deleted, one after the other');
    expect([api.objects.has(`${pods}/pool-b`), api.objects.has(`${pods}/pool-c`)]).to.deep.equal([false, true]);
    replace('pool-d');
    expect(await poolerRestart.heal(at, prepared.how)).to.equal('every pod of the Pooler pool is ready (2)');
  });

  it('are refused by a name that no way has, with the nearest', async () => {
    const aim = { kind: 'pooler', name: 'pooler-2' } as const;
    for (const fault of [poolerPause, poolerDelete, poolerRestart])
      expect((await failure(fault.prepare(at, aim, {}))).message).to.equal(
        'no way to a Pooler is called pooler-2 (did you mean pooler-1?)',
      );
  });
});
