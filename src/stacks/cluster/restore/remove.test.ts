import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { drillResidue } from '../safety/residue.ts';
import { TestApi } from '../test-api.ts';
import { restoreLabels } from './objects.ts';
import { removeRestore, restoresLeft } from './remove.ts';

const name = 'pgdrill-restore-pg-0a1b2c';
const place = `/api/v1/namespaces/${name}`;

describe('the namespace of a restore', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await TestApi.start();
    api.add(place, { kind: 'Namespace', metadata: { name, labels: restoreLabels('db', 'pg') } });
    api.add(`${place}/persistentvolumeclaims/restored-1`, { spec: { volumeName: 'pv-1' } });
    api.add('/api/v1/persistentvolumes/pv-1', { spec: { claimRef: { namespace: name } } });
    api.add('/api/v1/persistentvolumes/pv-2', { spec: { claimRef: { namespace: 'db' } } });
  });
  afterEach(() => api[Symbol.asyncDispose]());
  const volumeGone = () => void api.objects.delete('/api/v1/persistentvolumes/pv-1');

  it('is found by its labels, removed, and proved to be gone with its volumes', async () => {
    expect(await restoresLeft(api.at())).to.deep.equal([name]);
    volumeGone();
    expect(await removeRestore(api.at(), name, 100)).to.deep.equal([]);
    expect(await restoresLeft(api.at())).to.deep.equal([]);
  });

  it('is reported where a claim holds it up, with what holds the claim', async () => {
    volumeGone();
    const finalizers = ['example.com/hold'];
    api.add(place, { kind: 'Namespace', metadata: { name, labels: restoreLabels('db', 'pg'), finalizers } as never });
    api.add(`${place}/persistentvolumeclaims/restored-1`, { metadata: { name: 'restored-1', finalizers } as never });
    expect(await removeRestore(api.at(), name, 100)).to.deep.equal([
      `namespace ${name} with PersistentVolumeClaim restored-1, held by example.com/hold`,
    ]);
    const { found } = await drillResidue(api.at(), undefined);
    expect(found, 'and so in the report').to.deep.equal([
      `what a backup was restored into: namespace ${name} with PersistentVolumeClaim restored-1, held by example.com/hold`,
    ]);
  });

  it('is reported with what Kubernetes says, where an API of an add-on that does not answer keeps all namespaces', async () => {
    volumeGone();
    api.objects.delete(`${place}/persistentvolumeclaims/restored-1`);
    const message = 'Discovery failed for some groups, 1 failing: stale GroupVersion discovery: metrics.k8s.io/v1beta1';
    const conditions = [
      { type: 'NamespaceDeletionContentFailure', status: 'False', message: 'All content successfully deleted' },
      { type: 'NamespaceDeletionDiscoveryFailure', status: 'True', message },
    ];
    const metadata = { name, labels: restoreLabels('db', 'pg'), finalizers: ['kubernetes'] };
    api.add(place, { kind: 'Namespace', metadata, status: { conditions } } as never);
    expect(await removeRestore(api.at(), name, 100)).to.deep.equal([
      `namespace ${name} (Kubernetes cannot delete it: ${message})`,
    ]);
  });

  it('is not gone while a volume of it outlives its claim', async () => {
    expect(await removeRestore(api.at(), name, 100)).to.deep.equal([`PersistentVolume pv-1 of ${name}`]);
  });

  it('is left alone where no drill on this Cluster made it', async () => {
    api.add(place, { kind: 'Namespace', metadata: { name, labels: restoreLabels('db', 'other') } });
    expect((await removeRestore(api.at(), name, 100))[0]).to.include('which no drill on pg made');
    expect(api.objects.has(place)).to.equal(true);
  });
});
