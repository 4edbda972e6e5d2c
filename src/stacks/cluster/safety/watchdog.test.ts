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
  beforeEach(async () => {
    api = await TestApi.start();
    api.add(leasePath, { metadata: { name: 'pgdrill-pg' } });
  });
  afterEach(() => api[Symbol.asyncDispose]());

  const refusal = async (withinMs: number): Promise<Error> =>
    startWatchdog(api.at(), plan, withinMs).then(
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
    const starting = startWatchdog(api.at(), plan, 10_000);
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
  });

  it('that is not admitted reports which account it would run as', async () => {
    api.forbidden = /^POST .*pods$/;
    expect((await refusal(100)).message).to.include('it runs as the ServiceAccount pgdrill, which pgdrill manifests');
  });

  it('that something else started counts once it says in the lease that it watches', async () => {
    const waiting = awaitWatchdog(api.at(), 10_000);
    await watchOver(api.at().kube, api.at().site, 'pgdrill-watchdog-29-x');
    const watchdog = await waiting;
    await watchdog.end();
    // None was made, and none is ended.
    expect(api.requests.filter((request) => /^(POST|DELETE)/.test(request))).to.deep.equal([]);
  });

  it('that was to come and has not lets no drill begin', async () => {
    const error = await awaitWatchdog(api.at(), 100).catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(SetupError);
    expect((error as Error).message).to.include('none has said so; the CronJob pgdrill-watchdog');
  });
});
