import { expect } from 'chai';
import { UnknownKindError } from '../api/rest.ts';
import { readManifests } from '../manifests.ts';
import type { Cluster } from '../objects.ts';
import { byWhatIsOffered } from './by-plugin.ts';

const withPlugin = { list: async () => [] };
const withoutPlugin = {
  list: async () => {
    throw new UnknownKindError('the cluster has no ObjectStore of barmancloud.cnpg.io/v1');
  },
};

describe('backups by what the cluster offers', () => {
  it('are as the manifests say where it has no plugin', async () => {
    const manifests = await readManifests();
    expect(await byWhatIsOffered(withoutPlugin, manifests)).to.equal(manifests);
  });

  it('are by the plugin where it has it, with the same store', async () => {
    const manifests = await readManifests();
    const objects = await byWhatIsOffered(withPlugin, manifests);
    const [store, cluster] = objects.slice(objects.findIndex(({ kind }) => kind === 'ObjectStore'));
    const source = manifests.find(({ kind }) => kind === 'Cluster') as Cluster;
    const { barmanObjectStore, retentionPolicy } = source.spec.backup as Record<string, unknown>;
    expect(store).to.deep.include({
      metadata: { name: 'postgres-store', namespace: 'data-layer' },
      spec: { configuration: barmanObjectStore, retentionPolicy },
    });
    expect((cluster as Cluster).spec).to.not.have.property('backup');
    expect((cluster as Cluster).spec.plugins).to.deep.equal([
      {
        name: 'barman-cloud.cloudnative-pg.io',
        isWALArchiver: true,
        parameters: { barmanObjectName: 'postgres-store' },
      },
    ]);
    expect(objects).to.have.lengthOf(manifests.length + 1);
  });

  it('are ordered from the plugin by schedules too', async () => {
    const schedules = (await byWhatIsOffered(withPlugin, await readManifests())).filter(
      ({ kind }) => kind === 'ScheduledBackup',
    );
    expect(schedules).to.not.be.empty;
    for (const { spec } of schedules as { spec?: Record<string, unknown> }[])
      expect(spec).to.include({ method: 'plugin' });
  });
});
