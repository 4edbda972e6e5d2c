import { expect } from 'chai';
import { readManifests } from '../manifests.ts';
import type { Cluster } from '../objects.ts';
import { clusterOf } from './site.ts';
import { siteInMemory } from './test-site.ts';

const why = async (change: (spec: Record<string, unknown>) => void): Promise<string> => {
  const at = siteInMemory(() => {});
  const cluster = (await readManifests()).find(({ kind }) => kind === 'Cluster') as unknown as Cluster;
  change(cluster.spec as Record<string, unknown>);
  await at.kube.create(cluster);
  return clusterOf(at).then(
    () => 'restorable',
    (error: Error) => error.message,
  );
};

describe('what a Cluster offers of backups', () => {
  it('is Barman in the tree, where it has an object store and no plugin archives', async () => {
    expect(await why(() => {})).to.equal('restorable');
    const plugin = { name: 'barman-cloud.cloudnative-pg.io', isWALArchiver: true };
    expect(await why((spec) => Object.assign(spec, { plugins: [{ ...plugin, enabled: false }] }))).to.equal(
      'restorable',
    );
    expect(await why((spec) => Object.assign(spec, { plugins: [plugin] }))).to.contain(
      'is backed up by the plugin barman-cloud.cloudnative-pg.io',
    );
  });

  it('is nothing where it archives nowhere', async () => {
    expect(await why((spec) => delete spec.backup)).to.contain('has no spec.backup.barmanObjectStore');
  });
});
