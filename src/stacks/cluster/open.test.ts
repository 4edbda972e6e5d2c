import { expect } from 'chai';
import { UsageError } from '../../errors.ts';
import { discover } from './discover.ts';
import { demandSteady, untilSteady, whyNot } from './open.ts';
import { type ClusterOptions, steadyDefaults } from './options.ts';
import { TestApi } from './test-api.ts';

const cnpg = '/apis/postgresql.cnpg.io/v1/namespaces/db';
const options = { cluster: 'pg', secret: 's', database: 'app', steady: steadyDefaults } as ClusterOptions;

describe('before a drill on a cluster', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
    api.add(`${cnpg}/clusters/pg`, { spec: { instances: 3 }, status: { phase: 'Setting up primary' } } as object);
    api.add(`${cnpg}/poolers/pool`, { spec: { cluster: { name: 'pg' } } } as object);
    const labels = { 'cnpg.io/poolerName': 'pool' };
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    api.add('/api/v1/namespaces/db/pods/pool-x', { metadata: { name: 'pool-x', labels }, status } as object);
  });
  afterEach(() => api[Symbol.asyncDispose]());
  const messageOf = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UsageError);
    return (error as Error).message;
  };

  it('what the operator says of a cluster that nobody can be asked in is the reason not to begin', async () => {
    const found = await discover(api.at().kube, api.at().site);
    expect(await messageOf(demandSteady(api.at(), found, options))).to.equal(
      'the cluster is not in a steady state: the operator says of pg: Setting up primary; 0 of 3 instances are ready',
    );
  });

  it('what the drill before it left is waited for: each reason is reported once, and the last one ends the wait', async () => {
    const steps: string[] = [];
    const { signal } = new AbortController();
    const waiting = untilSteady(api.at(), options, { signal, progress: (step) => steps.push(step) }, 100);
    expect(await messageOf(waiting)).to.match(/^the cluster is not in a steady state: .*, 0.1 s after the last drill$/);
    expect(steps).to.have.length(1);
    expect(steps[0]).to.match(/^waiting, at most 0.1 s: .*Setting up primary/);
  });

  it('a cluster without an instance does not make a fault impossible', async () => {
    expect(await whyNot(api.at(), 'crash', options)).to.equal(undefined);
  });

  it('a Cluster that does not exist is reported before a right that is missing', async () => {
    api.objects.delete(`${cnpg}/clusters/pg`);
    api.denied = new Set(['create pods']);
    expect(await messageOf(whyNot(api.at(), 'crash', options))).to.include('namespace db has no Cluster;');
  });
});
