import { expect } from 'chai';
import { backedUp } from './site.ts';
import { manifestCluster, siteInMemory } from './test-site.ts';

describe('a Cluster that is backed up', () => {
  it('is known with what backs it up', async () => {
    const at = siteInMemory(() => {});
    for (const object of await manifestCluster()) await at.kube.create(object);
    expect((await backedUp(at)).archiver.name).to.equal('barmanObjectStore');
  });

  it('that is gone is reported', async () => {
    const error = await backedUp(siteInMemory(() => {})).catch((reason: Error) => reason);
    expect(String(error)).to.contain('the Cluster postgres should be in data-layer, but is not');
  });
});
