import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { SetupError } from '../../../errors.ts';
import { TestApi } from '../test-api.ts';
import { watchOver } from './lease.ts';
import { awaitWatchdog, startWatchdog, watchdogPod, watchdogRef } from './watchdog.ts';

const lease = { name: 'pgdrill-pg', uid: 'u1' };
const plan = { image: 'i', lease };
const podPath = '/api/v1/namespaces/db/pods/pgdrill-watchdog-pg';
const leasePath = '/apis/coordination.k8s.io/v1/namespaces/db/leases/pgdrill-pg';

describe('the watchdog', () => {
  let api: TestApi;
  let lines: string[];
  beforeEach(async () => {
    lines = [];
    api = await TestApi.start();
    api.add(leasePath, { metadata: { name: 'pgdrill-pg' } });
  });
  afterEach(() => api[Symbol.asyncDispose]());

  const refusal = async (withinMs: number): Promise<Error> =>
    startWatchdog(api.at(), plan, { withinMs, progress: (line) => lines.push(line) }).then(
      () => new Error('it was started'),
      (error) => error,
    );

  it('is heal that waits, as an account of its own and without privileges', () => {
    // biome-ignore lint/suspicious/noExplicitAny: a pod is data
    const { spec, metadata } = watchdogPod(api.at(), plan) as any;
    expect(spec.containers[0].args.join(' ')).to.equal(
      'heal --wait --context in-cluster --namespace db --cluster pg --operator-namespace cnpg-system',
    );
    expect(spec).to.include({ serviceAccountName: 'pgdrill', restartPolicy: 'OnFailure' });
    expect(spec.containers[0].securityContext).to.include({ runAsNonRoot: true });
    expect(metadata.ownerReferences[0]).to.include(lease);
  });

  it('is kept off the nodes that the drill may break', () => {
    expect(JSON.stringify(watchdogPod(api.at(), plan))).to.include('"cnpg.io/podRole":"instance"');
  });

  it('has a name that is also its host’s, however long the Cluster’s is', () => {
    const { name } = watchdogRef({ ...api.at().site, cluster: `${'a'.repeat(45)}-${'b'.repeat(4)}` }).metadata;
    expect(name)
      .to.match(/^pgdrill-watchdog-a+$/)
      .and.have.lengthOf.at.most(63);
  });

  it('is ready once the lease records that it watches', async () => {
    const starting = startWatchdog(api.at(), plan, { withinMs: 10_000, progress: () => {} });
    while (!api.objects.has(podPath)) await sleep(5);
    await watchOver(api.at().kube, api.at().site, 'pgdrill-watchdog-pg');
    const watchdog = await starting;
    expect(api.objects.has(podPath)).to.equal(true);
    await watchdog.end();
    expect(api.objects.has(podPath)).to.equal(false);
  });

  it('runs as the account of the drill, which an overlay may have renamed', async () => {
    for (const [username, account] of [
      ['system:serviceaccount:db:team-pgdrill', 'team-pgdrill'],
      ['system:serviceaccount:other:runner', 'pgdrill'],
      ['ada@cluster', 'pgdrill'],
    ] as const) {
      api.username = username;
      const starting = refusal(100);
      while (!api.objects.has(podPath)) await sleep(5);
      expect(api.objects.get(podPath)).to.have.nested.property('spec.serviceAccountName', account);
      await starting;
    }
  });

  it('that runs and may not touch the lease does not count, and is removed', async () => {
    const starting = refusal(200);
    while (!api.objects.has(podPath)) await sleep(5);
    api.add(podPath, { ...api.objects.get(podPath), status: { phase: 'Running' } } as object);
    const error = await starting;
    expect(error)
      .to.be.instanceOf(SetupError)
      .with.property('message')
      .that.includes('for the watchdog to watch over the drill’s lease, without success');
    expect(api.objects.has(podPath)).to.equal(false);
    expect(lines[0]).to.match(/^waiting up to 0.2 s for the watchdog to watch over the drill’s lease: /);
  });

  it('that is not admitted reports which account it would run as', async () => {
    api.forbidden = /^POST .*pods$/;
    expect((await refusal(100)).message).to.include('it runs as the ServiceAccount pgdrill, which pgdrill manifests');
  });

  const awaiting = (withinMs: number, signal?: AbortSignal) =>
    awaitWatchdog(api.at(), { withinMs, progress: (line) => lines.push(line), ...(signal && { signal }) });

  it('that something else started counts once it says in the lease that it watches', async () => {
    const waiting = awaiting(10_000);
    await watchOver(api.at().kube, api.at().site, 'pgdrill-watchdog-29-x');
    const watchdog = await waiting;
    await watchdog.end();
    // None was made, and none is ended.
    const writes = api.requests.filter((request) => /^(POST|DELETE)/.test(request));
    expect(writes.filter((request) => !request.endsWith('selfsubjectreviews'))).to.deep.equal([]);
  });

  it('that was to come and has not lets no drill begin, and the error says how to start one', async () => {
    const error = await awaiting(100).catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(SetupError);
    expect((error as Error).message).to.equal(
      'no watchdog came within 0.1 s, so nothing was broken: start the drill again and, while it waits, run: kubectl create job "pgdrill-watchdog-$(date +%s)" --from=cronjob/pgdrill-watchdog -n db (or give pgdrill run a --watchdog-image instead of --external-watchdog)',
    );
  });

  it('that is awaited is named at once, with the limit and the command that starts it', async () => {
    const waiting = awaiting(10_000);
    while (lines.length === 0) await sleep(5);
    expect(lines).to.deep.equal([
      'waiting up to 10 s for a watchdog to watch over the drill’s lease (--external-watchdog): the schedule of the CronJob pgdrill-watchdog starts one beside each scheduled drill; beside a drill that you start by hand, run: kubectl create job "pgdrill-watchdog-$(date +%s)" --from=cronjob/pgdrill-watchdog -n db',
    ]);
    await watchOver(api.at().kube, api.at().site, 'w');
    await waiting;
  });

  it('that is awaited has the name that an overlay gave its CronJob', async () => {
    api.username = 'system:serviceaccount:db:team-pgdrill-eu';
    await awaiting(10).catch(() => {});
    expect(lines[0]).to.include('--from=cronjob/team-pgdrill-watchdog-eu -n db');
  });

  it('that is awaited and cannot be seen without the right gives that as the reason', async () => {
    api.forbidden = /^GET .*leases/;
    const error = await awaiting(100).catch((reason: Error) => reason);
    expect((error as Error).message).to.include('the lease could not be read: GET /apis/coordination');
  });

  it('is awaited only until the drill is ended', async () => {
    const ended = new AbortController();
    const waiting = awaiting(60_000, ended.signal).catch((reason: Error) => reason);
    while (lines.length === 0) await sleep(5);
    ended.abort(new Error('interrupted'));
    expect(await waiting)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.includes('interrupted');
  });
});
