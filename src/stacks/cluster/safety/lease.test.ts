import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { SetupError, UsageError } from '../../../errors.ts';
import type { UndoRecord } from '../../../faults/target.ts';
import { TestApi } from '../test-api.ts';
import { healCluster } from './heal.ts';
import { DrillLease, findLease, leaseRef, type Pace, watchOver } from './lease.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/db/leases/pgdrill-pg';
const id = 'b7c8a3de-3f0e-4d0c-9a43-0c2a43d4b5a1';
const undo: UndoRecord = {
  ...{ id, stack: 'cluster', stackId: 'ctx/db/pg', fault: 'isolate' },
  ...{ target: { kind: 'instance', name: 'pg-1', host: 'n1', address: '10.0.0.1' }, how: { node: 'n1', pod: 'pg-1' } },
};
const messageOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('nothing was thrown'),
    (error) => error,
  );

describe('the lease of a drill', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
  });
  afterEach(() => api[Symbol.asyncDispose]());

  const acquire = (pace?: Pace) => DrillLease.acquire(api.at(), { holder: 'ada@host', database: 'app' }, pace);
  const quick: Pace = { renewEveryMs: 20, lostAfterMs: 150 };
  const healing = { say: () => {}, wait: false, signal: new AbortController().signal };
  const heal = (deadAfterMs = 200) => healCluster(api.at(), { ...healing, pace: { everyMs: 10, deadAfterMs } });
  const stamp = async () => (await findLease(api.at().kube, api.at().site))!.stamp;

  it('exists during the drill and is gone afterwards', async () => {
    const lease = await acquire();
    expect(await findLease(api.at().kube, api.at().site)).to.include({
      holder: 'ada@host',
      database: 'app',
    });
    await lease[Symbol.asyncDispose]();
    expect(api.objects.has(path)).to.equal(false);
  });

  it('refuses a second drill, saying who holds it, how to stop that drill, and what to do if it has died', async () => {
    await using _first = await acquire();
    const error = await messageOf(acquire());
    expect(error).to.be.instanceOf(UsageError);
    expect(error.message).to.match(
      /another drill holds the lease of pg: ada@host \(last renewed 20.* by its own clock\).*kubectl delete lease pgdrill-pg -n db/,
    );
    expect(error.message).to.match(/if it has died, run: pgdrill heal .*--namespace db --cluster pg/);
  });

  it('keeps how to undo a fault until it is undone, and stays as long', async () => {
    const lease = await acquire();
    await lease.remember(undo);
    expect((await findLease(api.at().kube, api.at().site))?.undos).to.deep.equal([undo]);
    await lease[Symbol.asyncDispose]();
    expect(api.objects.has(path), 'given back while something is broken').to.equal(true);
    await lease.forget(id);
    expect((await findLease(api.at().kube, api.at().site))?.undos).to.deep.equal([]);
  });

  describe('whose annotation somebody else wrote', () => {
    const found = async (annotation: string) => {
      api.add(path, { metadata: { name: 'pgdrill-pg', annotations: { 'pgdrill.dev/undo': annotation } } });
      return (await findLease(api.at().kube, api.at().site))!;
    };
    const forged = async (change: object) => {
      const { undos, refused } = await found(JSON.stringify([{ ...undo, ...change }, undo]));
      expect(undos, 'the whole one').to.deep.equal([undo]);
      expect(refused).to.have.lengthOf(1);
      return refused[0];
    };

    it('never hands a command to the shell of a node', async () => {
      const how = { pod: 'pg-1', node: 'n1', uid: "x'; touch /owned; '" };
      expect(await forged({ fault: 'freeze', how })).to.contain('how.uid: Invalid UUID');
      expect(await forged({ how: { node: 'n1; reboot', pod: 'pg-1' } })).to.contain('how.node: expected a DNS name');
    });

    it('undoes nothing on another Cluster or stack', async () => {
      expect(await forged({ stackId: 'ctx/db/other' })).to.contain('ctx/db/other, and not of this Cluster');
      expect(await forged({ stackId: 'ctx/other/pg' })).to.contain('ctx/other/pg, and not of this Cluster');
      expect(await forged({ stack: 'lab', stackId: 'abc123', fault: 'crash', how: { host: 'pg1' } })).to.contain(
        'lab abc123, and not of this Cluster',
      );
    });

    it('scales nothing beyond what an operator has', async () => {
      const how = { deployment: 'cnpg', replicas: 1_000_000 };
      expect(await forged({ fault: 'operator-down', how })).to.contain('how.replicas: Too big');
    });

    it('names no database by a text that begins settings of the superuser’s session', async () => {
      const named = async (database: string) => {
        api.add(path, {
          metadata: { name: 'pgdrill-pg', annotations: { 'pgdrill.dev/database': database } },
          spec: {},
        });
        return (await findLease(api.at().kube, api.at().site))!;
      };
      for (const wrong of ['app\0search_path\0evil, pg_catalog', 'app\n', 'x'.repeat(64)]) {
        const { database, refused } = await named(wrong);
        expect(database).to.equal(undefined);
        expect(refused.join())
          .to.match(/pgdrill.dev\/database should be the name of a database/)
          .and.not.match(/\p{Cc}/u);
      }
      expect(await named('Ünïcode db')).to.deep.include({ database: 'Ünïcode db', refused: [] });
    });

    it('does not hide what is whole, however it is torn', async () => {
      for (const torn of ['', '{', '7', 'null', '[null]', JSON.stringify(undo).slice(0, -2)]) {
        const { undos, refused } = await found(torn);
        expect(undos, torn).to.deep.equal([]);
        expect(refused, torn).to.have.lengthOf(1);
      }
      expect(await found('[]')).to.deep.include({ undos: [], refused: [] });
    });

    it('sends no control character to the terminal', async () => {
      const holder = 'ada\u001b[2J\n::error::forged';
      api.add(path, { metadata: { name: 'pgdrill-pg' }, spec: { holderIdentity: holder } } as object);
      expect((await findLease(api.at().kube, api.at().site))!.holder).to.equal('ada\\x1b[2J ::error::forged');
    });
  });

  it('forgets one fault and keeps the others', async () => {
    const lease = await acquire();
    const other = { ...undo, id: '1f7c8a3d-3f0e-4d0c-9a43-0c2a43d4b5a1' };
    await lease.remember(undo);
    await lease.remember(other);
    await lease.forget(id);
    expect((await findLease(api.at().kube, api.at().site))?.undos).to.deep.equal([other]);
    await lease[Symbol.asyncDispose]();
    expect(api.objects.has(path), 'something is still broken').to.equal(true);
  });

  it('does not take a fault for forgotten, or a lease for ended, where the API refuses that', async () => {
    const lease = await acquire();
    await lease.remember(undo);
    api.forbidden = /^PATCH/;
    expect(await messageOf(lease.forget(id))).to.be.instanceOf(SetupError);
    api.forbidden = undefined;
    expect((await findLease(api.at().kube, api.at().site))?.undos).to.deep.equal([undo]);
    await lease.forget(id);
    api.forbidden = /^PATCH/;
    expect((await messageOf(lease[Symbol.asyncDispose]())).message).to.contain('is forbidden');
    api.forbidden = undefined;
  });

  it('is labelled, and an API that refuses it for another reason is not taken for another drill', async () => {
    await using _lease = await acquire();
    expect(api.objects.get(path)!.metadata.labels).to.deep.equal({ 'app.kubernetes.io/managed-by': 'pgdrill' });
    api.forbidden = /^POST .*leases/;
    expect((await messageOf(acquire())).message)
      .to.contain('is forbidden')
      .and.not.contain('another drill');
    api.forbidden = undefined;
  });

  it('bears a stamp that a renewal changes, and a record or a watchdog does not', async () => {
    await using lease = await acquire();
    const first = await stamp();
    await lease.remember(undo);
    await watchOver(api.at().kube, api.at().site, 'w');
    expect(await stamp()).to.equal(first);
    await lease.forget(id);
    await using renewed = new DrillLease(api.at().kube, api.at().site, lease.uid, quick);
    await sleep(60);
    await renewed.leave();
    expect(await stamp()).not.to.equal(first);
  });

  it('breaks nothing where the undo cannot be written', async () => {
    await using lease = await acquire();
    api.forbidden = /^PATCH/;
    const error = await messageOf(lease.remember(undo));
    expect(error)
      .to.be.instanceOf(SetupError)
      .with.property('message')
      .that.includes('could not be written to the lease');
    api.forbidden = undefined;
  });

  const lost = async (lease: DrillLease) => {
    while (!lease.lost.aborted) await sleep(10);
    return (lease.lost.reason as Error).message;
  };

  it('stops the drill when somebody deletes it, and remembers until what is broken is undone', async () => {
    const lease = await acquire(quick);
    await lease.remember(undo);
    await sleep(60);
    expect(lease.lost.aborted).to.equal(false);
    await api.at().kube.delete(leaseRef(api.at().site));
    expect(await lost(lease)).to.include('was deleted, which stops it');
    expect((await findLease(api.at().kube, api.at().site))?.undos).to.deep.equal([undo]);
    await lease.forget(id);
    await lease[Symbol.asyncDispose]();
    expect(api.objects.has(path)).to.equal(false);
  });

  it('is renewed while a drill that was stopped heals, so that nobody takes it for dead', async () => {
    await using lease = await acquire(quick);
    await api.at().kube.delete(leaseRef(api.at().site));
    await lost(lease);
    expect((await messageOf(heal())).message).to.include('a drill by ada@host is under way on pg');
  });

  it('that is deleted after its drill has died still says how to undo, and goes when that is done', async () => {
    const lease = await acquire();
    await lease.remember({ ...undo, fault: 'operator-down', how: { deployment: 'cnpg', replicas: 1 } });
    await lease.leave();
    const operator = '/apis/apps/v1/namespaces/cnpg-system/deployments/cnpg';
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    const labels = { 'app.kubernetes.io/name': 'cloudnative-pg' };
    api.add(operator, { metadata: { name: 'cnpg', labels }, spec: { replicas: 0 } } as object);
    api.add('/api/v1/namespaces/cnpg-system/pods/cnpg-1', { metadata: { name: 'cnpg-1', labels }, status } as object);
    await api.at().kube.delete(leaseRef(api.at().site));
    // Without a database: the test's API has no command that could drop a schema.
    await api.at().kube.patch(leaseRef(api.at().site), { metadata: { annotations: { 'pgdrill.dev/database': null } } });
    expect(await heal()).to.deep.equal([]);
    expect((api.objects.get(operator)!.spec as { replicas: number }).replicas).to.equal(1);
    expect(api.objects.has(path)).to.equal(false);
  });

  it('that was taken away by force stops the drill, and there is nothing to forget', async () => {
    const lease = await acquire(quick);
    await lease.remember(undo);
    api.objects.delete(path);
    expect(await lost(lease)).to.include('was deleted, which stops it');
    await lease.forget(id);
    await lease[Symbol.asyncDispose]();
  });

  it('is no longer renewed once it is left to heal', async () => {
    const lease = await acquire(quick);
    await lease.leave();
    const last = await stamp();
    await sleep(60);
    expect(await stamp()).to.equal(last);
  });

  it('stops the drill when the API server is away for too long, and not before', async () => {
    // Long enough for a machine that is busy.
    await using lease = await acquire({ renewEveryMs: 20, lostAfterMs: 1_500 });
    api.forbidden = /^PATCH/;
    await sleep(80);
    api.forbidden = undefined;
    await sleep(120);
    expect(lease.lost.aborted, 'after a short break').to.equal(false);
    api.forbidden = /^PATCH/;
    expect(await lost(lease)).to.match(/could not be renewed for 1.5 s: .*forbidden/);
    api.forbidden = undefined;
  });

  it('stops the drill when another drill has taken its name, and leaves that one its lease', async () => {
    const lease = await acquire(quick);
    api.add(path, { spec: {} });
    expect(await lost(lease)).to.include('was deleted, which stops it');
    await lease[Symbol.asyncDispose]();
    expect(api.objects.has(path), 'the other’s lease is not ours to delete').to.equal(true);
  });

  it('is not healed away while its drill is alive', async () => {
    await using _lease = await acquire(quick);
    expect((await messageOf(heal(2_000))).message).to.include('a drill by ada@host is under way on pg');
  });

  it('is nothing to heal where there is none', async () => {
    api.add('/apis/postgresql.cnpg.io/v1/namespaces/db/clusters/pg', { spec: { instances: 3 } } as object);
    const said: string[] = [];
    const options = { ...healing, say: (text: string) => void said.push(text) };
    expect(await healCluster(api.at(), options)).to.deep.equal([]);
    expect(said.at(-1)).to.equal('no drill has left anything on pg');
  });
});
