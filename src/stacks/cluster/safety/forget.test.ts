import { expect } from 'chai';
import { UsageError } from '../../../errors.ts';
import { TestApi } from '../test-api.ts';
import { agentLines, type Forgotten, forgetLease } from './forget.ts';
import { forgottenAnnotation } from './trace.ts';

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/db/leases/pgdrill-pg';
const clusterPath = '/apis/postgresql.cnpg.io/v1/namespaces/db/clusters/pg';
const agentPath = '/api/v1/namespaces/db/pods/pgdrill-node-a';
const drain = {
  ...{ id: '0f7c8a3d-3f0e-4d0c-9a43-0c2a43d4b5a1', stack: 'cluster', stackId: 'ctx/db/pg', fault: 'drain' },
  target: { kind: 'instance', name: 'pg-1', host: 'a', address: '' },
  how: { pod: 'pg-2', node: 'a' },
};

describe('forgetting what a dead drill left', () => {
  let api: TestApi;
  let said: string[];
  beforeEach(async () => {
    api = await TestApi.start();
    said = [];
    api.add(clusterPath, { kind: 'Cluster', metadata: { name: 'pg', uid: 'uid-pg' } as never, spec: { instances: 2 } });
    api.add('/api/v1/nodes/a', { metadata: { name: 'a' }, spec: { unschedulable: true } });
    api.add(agentPath, { metadata: { name: 'pgdrill-node-a', labels: { 'pgdrill.dev/node-agent': 'pg' } } });
    write(new Date().toISOString());
  });
  afterEach(() => api[Symbol.asyncDispose]());

  const write = (renewTime: string) => {
    const annotations = {
      'pgdrill.dev/undo': JSON.stringify([drain, { forged: true }]),
      'pgdrill.dev/database': 'app',
    };
    const metadata = { name: 'pgdrill-pg', uid: 'u', annotations, finalizers: ['pgdrill.dev/undo'] } as never;
    api.add(leasePath, { metadata, spec: { holderIdentity: 'ada@host', renewTime } });
  };
  const forget = (change: Partial<Parameters<typeof forgetLease>[1]> = {}) =>
    forgetLease(api.at(), {
      ...{
        confirm: async () => {},
        keep: async () => {},
        say: (text: string) => void said.push(text),
        user: 'bob@laptop',
      },
      ...{ signal: new AbortController().signal, pace: { everyMs: 10, deadAfterMs: 150 } },
      ...change,
    });
  const events = () => [...api.objects].filter(([path]) => path.includes('/events/')).map(([, event]) => event);
  const traces = () => JSON.parse(api.objects.get(clusterPath)!.metadata.annotations?.[forgottenAnnotation] ?? '[]');

  it('gives the lease back without undoing anything, after what it records was shown and kept', async () => {
    let shown: readonly string[] = [];
    let kept: Forgotten | undefined;
    await forget({
      confirm: async (lines) => void (shown = lines),
      keep: async (what) => {
        expect(api.objects.has(leasePath)).to.equal(true);
        kept = what;
      },
    });
    expect(shown.join('\n'))
      .to.include('not undone: drain of pg-1, {"node":"a","pod":"pg-2"}')
      .and.include('an undo record is refused')
      .and.include('not dropped: the schema pgdrill in app');
    expect(kept).to.include({ lease: 'db/pgdrill-pg', holder: 'ada@host', database: 'app' });
    expect(api.objects.has(leasePath)).to.equal(false);
    expect((api.objects.get('/api/v1/nodes/a')!.spec as { unschedulable?: boolean }).unschedulable).to.equal(true);
  });

  it('leaves on the Cluster who did it, when, and which records were not undone', async () => {
    await forget();
    const [entry] = traces();
    expect(entry).to.include({ by: 'ada@cluster (bob@laptop)', holder: 'ada@host' });
    expect(Date.now() - Date.parse(entry.at)).to.be.within(0, 10_000);
    expect(entry.records).to.deep.equal([
      `drain of pg-1 (${drain.id})`,
      'an entry that is not an undo record',
      'the schema pgdrill in app',
      'the pod pgdrill-node-a',
    ]);
    const [event] = events();
    expect(event).to.deep.include({ reason: 'DrillForgotten', type: 'Warning' });
    expect(event!.involvedObject).to.include({ kind: 'Cluster', name: 'pg', namespace: 'db', uid: 'uid-pg' });
    expect(event!.message).to.include('ada@cluster (bob@laptop)').and.include('drain of pg-1');
    expect(said.filter((line) => line.startsWith('the cluster keeps'))).to.have.lengthOf(2);
  });

  it('keeps the traces of before, and replaces an annotation that is not a list', async () => {
    await forget();
    write(new Date().toISOString());
    await forget();
    expect(traces()).to.have.lengthOf(2);
    api.objects.get(clusterPath)!.metadata.annotations![forgottenAnnotation as never] = '{' as never;
    write(new Date().toISOString());
    await forget();
    expect(traces()).to.have.lengthOf(1);
  });

  it('leaves an event about the lease where the Cluster no longer exists', async () => {
    api.objects.delete(clusterPath);
    await forget();
    expect(events()[0]!.involvedObject).to.include({ kind: 'Lease', name: 'pgdrill-pg' });
    expect(api.objects.has(leasePath)).to.equal(false);
  });

  it('reports a trace that may not be written, and gives the lease back all the same', async () => {
    api.forbidden = /^(POST .*events|PATCH .*clusters)/;
    await forget();
    expect(said.filter((line) => /could not be written: .*is forbidden/.test(line))).to.have.lengthOf(2);
    expect(api.objects.has(leasePath)).to.equal(false);
  });

  it('lists the privileged pods that stay, with the command that removes each', async () => {
    const forgotten = await forget();
    expect(agentLines(forgotten!.agents, 'db')).to.deep.equal([
      'not removed: the privileged pod pgdrill-node-a; remove it with: kubectl delete pod pgdrill-node-a -n db',
    ]);
    expect(api.objects.has(agentPath)).to.equal(true);
  });

  it('reports that it could not see whether pods remain', async () => {
    api.forbidden = /pods$/;
    expect(agentLines((await forget())!.agents, 'db')[0]).to.match(
      /^not seen: whether privileged pods .* remain in db/,
    );
  });

  it('is refused while the drill is alive, and where nobody agrees', async () => {
    const no = await forget({ confirm: () => Promise.reject(new UsageError('no')) }).catch((why: Error) => why);
    expect(String(no)).to.include('no');
    const timer = setInterval(() => write(new Date().toISOString()), 20);
    const alive = await forget({ pace: { everyMs: 10, deadAfterMs: 2_000 } })
      .catch((why: Error) => why)
      .finally(() => clearInterval(timer));
    expect(String(alive)).to.include('a drill by ada@host is under way on pg');
    expect(api.objects.has(leasePath)).to.equal(true);
    expect(traces()).to.deep.equal([]);
  });
});
