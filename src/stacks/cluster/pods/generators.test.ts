import { expect } from 'chai';
import { SetupError } from '../../../errors.ts';
import { drillResidue } from '../safety/residue.ts';
import { TestApi } from '../test-api.ts';
import { endGenerators, generatorJob, startGenerators } from './generators.ts';

const plan = { image: 'example.org/pgdrill:1', count: 3, lease: { name: 'pgdrill-pg', uid: 'u1' } };
const jobPath = '/apis/batch/v1/namespaces/db/jobs/pgdrill-load-pg';

describe('load generators inside a cluster', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
  });
  afterEach(() => api[Symbol.asyncDispose]());

  // biome-ignore lint/suspicious/noExplicitAny: a Job is data
  const job = (): any => generatorJob(api.at(), plan);

  it('are an Indexed Job that is not begun again, and that goes with the lease', () => {
    expect(job().spec).to.include({ completions: 3, parallelism: 3, completionMode: 'Indexed', backoffLimit: 0 });
    expect(job().metadata.ownerReferences[0]).to.include({ kind: 'Lease', ...plan.lease });
  });

  it('have no rights in the cluster, and keep away from instances and from each other', () => {
    const { spec, metadata } = job().spec.template;
    expect(spec).to.include({ automountServiceAccountToken: false, restartPolicy: 'Never' });
    expect(spec.containers[0].securityContext).to.include({ runAsNonRoot: true });
    const apart = spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
    const from = apart.map(
      ({ podAffinityTerm }: { podAffinityTerm: { labelSelector: { matchLabels: object } } }) =>
        podAffinityTerm.labelSelector.matchLabels,
    );
    expect(from).to.deep.equal([
      { 'cnpg.io/cluster': 'pg', 'cnpg.io/instanceRole': 'primary' },
      { 'cnpg.io/cluster': 'pg', 'cnpg.io/podRole': 'instance' },
      metadata.labels,
    ]);
  });

  it('that are not admitted are reported in the API’s words', async () => {
    api.forbidden = /^POST .*jobs/;
    const error = await startGenerators(api.at(), 'c', plan).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SetupError);
    expect((error as Error).message).to.match(/Job of load generators is not admitted: .*is forbidden/);
  });

  it('are ended with their pods, which a Job would leave behind', async () => {
    api.add(jobPath, job());
    await endGenerators(api.at());
    expect(api.objects.has(jobPath)).to.equal(false);
    expect(api.queries.at(-1)).to.include('propagationPolicy=Background');
  });

  it('that were left are found', async () => {
    const { labels } = job().spec.template.metadata;
    api.add('/api/v1/namespaces/db/pods/pgdrill-load-pg-0-x', { metadata: { name: 'pgdrill-load-pg-0-x', labels } });
    expect((await drillResidue(api.at(), undefined)).found).to.deep.equal(['pod pgdrill-load-pg-0-x']);
  });
});
