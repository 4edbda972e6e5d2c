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
    const target = { kind: 'instance', name: 'pg-1', host: 'n1', address: '10.0.0.1' } as const;
    const how = { node: 'n1', pod: 'pg-1' };
    await store.write({ id: randomUUID(), stack: 'cluster', stackId, fault: 'isolate', target, how });
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
