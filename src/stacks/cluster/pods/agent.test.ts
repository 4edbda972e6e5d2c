import { expect } from 'chai';
import { TestApi } from '../test-api.ts';
import { agentPod, agentsOf, place, removeAgents, switchAfterS, whyNoAgent } from './agent.ts';
import { switchScript } from './agent-scripts.ts';

const plan = { namespace: 'db', cluster: 'pg', node: 'Node_1.example', image: 'example.org/postgres:18' };
// biome-ignore lint/suspicious/noExplicitAny: a pod is data
const pod = agentPod(plan) as any;

describe('the pod on a node', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
  });
  afterEach(() => api[Symbol.asyncDispose]());

  it('ends on its own after an hour at the latest', () => {
    expect(pod.spec.activeDeadlineSeconds).to.equal(3_600);
  });

  it('has no token, no volume, and the image that the node has', () => {
    expect(pod.spec.automountServiceAccountToken).to.equal(false);
    expect(pod.spec).not.to.have.property('volumes');
    expect(pod.spec.containers[0]).to.include({ image: plan.image, imagePullPolicy: 'IfNotPresent' });
  });

  it('has a name that Kubernetes takes, whatever the node is called', () => {
    expect(pod.metadata.name)
      .to.match(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
      .and.include('node');
  });

  it('has a name of its own for each Cluster and node, also where only the ends of long names differ', () => {
    const long = `ip-10-0-1-23.${'eu-west-1.'.repeat(4)}compute.internal`;
    const names = [
      { ...plan, node: `${long}-a` },
      { ...plan, node: `${long}-b` },
      { ...plan, node: `${long}-b`, cluster: 'other' },
    ].map((one) => agentPod(one).metadata.name);
    expect(new Set(names).size).to.equal(3);
    expect(Math.max(...names.map((name) => name.length))).to.be.at.most(63);
  });

  it('runs the switch that the end-to-end test of its scripts tries, set to 45 s', () => {
    const [, , script] = pod.spec.containers[0].command;
    expect(script).to.equal(switchScript(place, switchAfterS));
    expect(switchAfterS).to.equal(45);
  });

  it('is tried without being made, and a refusal is reported in the API’s words', async () => {
    expect(await whyNoAgent(api.at().kube, plan)).to.equal(undefined);
    expect(api.objects.size).to.equal(0);
    api.forbidden = /^POST .*pods/;
    expect(await whyNoAgent(api.at().kube, plan)).to.match(/not admitted to db: .*is forbidden/);
  });

  it('is found by its label and removed with all of its kind', async () => {
    api.add(`/api/v1/namespaces/db/pods/${pod.metadata.name}`, pod);
    expect(await removeAgents(api.at().kube, plan)).to.deep.equal([pod.metadata.name]);
    expect(await agentsOf(api.at().kube, plan)).to.deep.equal([]);
  });
});
