import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { leftUndos, openUndoStore } from '../safety/undo.ts';
import { TestApi } from '../stacks/cluster/test-api.ts';
import { healOwnDrills, healThere } from './heal-cluster.ts';
import { hear } from './in-process.ts';

const operatorNamespace = 'cnpg-system';
const context = 'loaded-context';
const operatorPath = '/apis/apps/v1/namespaces/cnpg-system/deployments/cnpg';
const labels = { 'app.kubernetes.io/name': 'cloudnative-pg' };

describe('healing clusters from this machine', () => {
  let api: TestApi;
  let folder: string;
  const before = { state: process.env.PGDRILL_STATE, kubeconfig: process.env.KUBECONFIG };
  let restoreOutput: () => void;
  const restore = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  beforeEach(async () => {
    api = await TestApi.start();
    api.add('/apis/postgresql.cnpg.io/v1/namespaces/db/clusters/pg', { spec: { instances: 3 } } as object);
    api.add(operatorPath, { metadata: { name: 'cnpg', labels }, spec: { replicas: 0 } } as object);
    api.add('/api/v1/namespaces/cnpg-system/pods/cnpg-1', {
      metadata: { name: 'cnpg-1', labels },
      spec: { containers: [] },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    } as object);
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-heal-'));
    process.env.PGDRILL_STATE = join(folder, 'state');
    process.env.KUBECONFIG = join(folder, 'kubeconfig');
    await writeFile(process.env.KUBECONFIG, api.at().kube.config.exportConfig());
    restoreOutput = hear(process.stdout, () => {});
  });
  afterEach(async () => {
    restoreOutput();
    restore('PGDRILL_STATE', before.state);
    restore('KUBECONFIG', before.kubeconfig);
    await api[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** The record of a drill on that cluster whose process is dead. */
  const leave = async (stackId: string) => {
    const store = await openUndoStore(join(folder, 'run'));
    const target = { kind: 'operator', name: 'operator' } as const;
    const how = { deployment: 'cnpg', replicas: 2 };
    await store.write({ id: randomUUID(), stack: 'cluster', stackId, fault: 'operator-down', target, how });
    for (const name of await readdir(join(folder, 'state', 'undo'))) {
      const file = join(folder, 'state', 'undo', name);
      const entry = JSON.parse(await readFile(file, 'utf8'));
      await writeFile(file, JSON.stringify({ ...entry, owner: { pid: process.pid, startTicks: '1' } }));
    }
  };
  const remembered = async () => (await leftUndos('cluster')).map(({ stackId }) => stackId);

  it('forgets what this machine remembers of a cluster that is healed by its name, and of no other', async () => {
    await leave(`${context}/db/pg`);
    await leave(`${context}/db/other`);
    expect(await healThere({ context, namespace: 'db', cluster: 'pg', operatorNamespace })).to.deep.equal([]);
    expect(await remembered()).to.deep.equal([`${context}/db/other`]);
  });

  const replicas = () => (api.objects.get(operatorPath)!.spec as { replicas: number }).replicas;
  const healNamed = () => healThere({ context, namespace: 'db', cluster: 'pg', operatorNamespace });

  it('undoes what only this machine remembers, because somebody removed the lease by force, and then forgets it', async () => {
    for (const heal of [healNamed, () => healOwnDrills({ operatorNamespace })]) {
      Object.assign(api.objects.get(operatorPath)!.spec as object, { replicas: 0 });
      await leave(`${context}/db/pg`);
      expect(await heal()).to.deep.equal([]);
      expect(replicas()).to.equal(2);
      expect(await remembered()).to.deep.equal([]);
    }
  });

  it('keeps what it remembers where undoing fails, and says what is still broken', async () => {
    await leave(`${context}/db/pg`);
    api.forbidden = /^PATCH .*deployments/;
    for (const heal of [healNamed, () => healOwnDrills({ operatorNamespace })])
      expect((await heal()).join()).to.include('operator-down of operator, which could not be undone');
    expect(replicas()).to.equal(0);
    expect(await remembered()).to.deep.equal([`${context}/db/pg`]);
  });

  it('leaves the cluster alone while another drill is alive there, and keeps what it remembers', async () => {
    await leave(`${context}/db/pg`);
    const renew = () =>
      api.add('/apis/coordination.k8s.io/v1/namespaces/db/leases/pgdrill-pg', {
        metadata: { name: 'pgdrill-pg', uid: 'u' },
        spec: { holderIdentity: 'ada@host', renewTime: new Date().toISOString() },
      } as object);
    renew();
    const timer = setInterval(renew, 100);
    const error = await healNamed()
      .catch((reason: Error) => reason)
      .finally(() => clearInterval(timer));
    expect((error as Error).message).to.include('a drill by ada@host is under way');
    expect(replicas()).to.equal(0);
    expect(await remembered()).to.deep.equal([`${context}/db/pg`]);
  });

  it('goes on where one cluster cannot be reached, and keeps what it remembers of that', async () => {
    await leave('gone/db/pg');
    await leave(`${context}/db/pg`);
    const left = await healOwnDrills({ operatorNamespace });
    expect(left).to.have.length(1);
    expect(left[0]).to.match(
      /^what a drill broke on the cluster gone\/db\/pg may still be broken: .*there is no context gone/,
    );
    expect(await remembered()).to.deep.equal(['gone/db/pg']);
  });
});
