import { expect } from 'chai';
import { readPlace } from './place.ts';
import { TestApi } from './test-api.ts';

describe('what the API server says of a place', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
  });
  afterEach(() => api[Symbol.asyncDispose]());
  const namespace = (labels: Record<string, string>) =>
    api.add('/api/v1/namespaces/db', { kind: 'Namespace', metadata: { name: 'db', labels } });
  const place = () => readPlace(api.at().kube, 'db');

  it('is its version, without signs that distributions add, and the level that the namespace enforces', async () => {
    namespace({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    expect(await place()).to.include({ kubernetes: '1.34', podSecurity: 'restricted' });
    namespace({ 'pod-security.kubernetes.io/warn': 'restricted' });
    expect((await place()).podSecurity).to.equal('privileged');
  });

  it('leaves out the level where this user may not read the namespace', async () => {
    namespace({});
    api.forbidden = /namespaces\/db$/;
    expect(await place()).to.include({ kubernetes: '1.34', podSecurity: undefined });
  });

  it('is what it serves beside the core API, where this user may ask', async () => {
    namespace({});
    expect((await place()).groupVersions).to.include.members(['apps/v1', 'chaos-mesh.org/v1alpha1']);
    api.groups.delete('/apis/chaos-mesh.org/v1alpha1');
    expect((await place()).groupVersions).to.not.include('chaos-mesh.org/v1alpha1');
    api.forbidden = /GET \/apis$/;
    expect((await place()).groupVersions).to.equal(undefined);
  });

  it('is refused in one sentence where the version may not be read', async () => {
    api.forbidden = /version/;
    const error = await place().catch((reason: Error) => reason);
    expect((error as Error).message).to.match(/the version of the API server may not be read by this user/);
  });
});
