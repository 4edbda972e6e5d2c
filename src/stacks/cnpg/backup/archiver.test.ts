import { expect } from 'chai';
import type { Cluster } from '../objects.ts';
import { archiverOf } from './archiver.ts';
import { manifestCluster, siteInMemory } from './test-site.ts';

const plugin = {
  name: 'barman-cloud.cloudnative-pg.io',
  isWALArchiver: true,
  parameters: { barmanObjectName: 'minio-store' },
};
/** As the plugin's documentation has it. */
const store = {
  apiVersion: 'barmancloud.cnpg.io/v1',
  kind: 'ObjectStore',
  metadata: { name: 'minio-store' },
  spec: { configuration: { destinationPath: 's3://backups/', endpointURL: 'http://minio:9000' } },
};

/** What backs up the Cluster of the manifests once its spec was changed so, with or without the ObjectStore. */
async function found(change: Record<string, unknown>, hasStore = true) {
  const at = siteInMemory(() => {});
  if (hasStore) await at.kube.create(store);
  const [cluster] = (await manifestCluster()) as unknown as [Cluster];
  return archiverOf(at, { ...cluster, spec: { ...cluster.spec, ...change } }).catch((error: Error) => error.message);
}

describe('what backs a Cluster up', () => {
  it('is Barman in the tree where no plugin archives', async () => {
    const inTree = { name: 'barmanObjectStore', server: 'postgres', method: { method: 'barmanObjectStore' } };
    expect(await found({})).to.deep.include(inTree);
    expect(await found({ plugins: [{ ...plugin, enabled: false }] })).to.deep.include(inTree);
    expect(await found({ plugins: [{ ...plugin, isWALArchiver: false }] })).to.deep.include(inTree);
  });

  it('is the plugin where it archives, to where its ObjectStore says', async () => {
    expect(await found({ plugins: [plugin], backup: undefined })).to.deep.equal({
      name: 'plugin barman-cloud.cloudnative-pg.io',
      byPlugin: true,
      configuration: store.spec.configuration,
      server: 'postgres',
      method: { method: 'plugin', pluginConfiguration: { name: plugin.name } },
    });
    const named = { ...plugin, parameters: { ...plugin.parameters, serverName: 'old' } };
    expect(await found({ plugins: [named] })).to.deep.include({ server: 'old' });
  });

  it('is reported where it is nothing, another plugin, or its ObjectStore is not there', async () => {
    expect(await found({ backup: undefined })).to.contain('has neither spec.backup.barmanObjectStore nor a plugin');
    expect(await found({ plugins: [{ ...plugin, name: 'other' }] })).to.contain('is archived by the plugin other');
    expect(await found({ plugins: [plugin] }, false)).to.contain(
      'the ObjectStore minio-store, which is not in data-layer',
    );
  });
});
