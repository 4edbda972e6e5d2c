import { expect } from 'chai';
import { parse } from 'yaml';
import { archivingPlugin, objectStore, pluginMethod, pluginParameters } from './barman-plugin.ts';

/** From the plugin's documentation, "Using the Barman Cloud Plugin". */
const documented = parse(`
store:
  apiVersion: barmancloud.cnpg.io/v1
  kind: ObjectStore
  metadata:
    name: minio-store
  spec:
    configuration:
      destinationPath: s3://backups/
plugin:
  name: barman-cloud.cloudnative-pg.io
  isWALArchiver: true
  parameters:
    barmanObjectName: minio-store
backup:
  method: plugin
  pluginConfiguration:
    name: barman-cloud.cloudnative-pg.io
origin:
  barmanObjectName: minio-store
  serverName: cluster-example
`) as Record<string, object>;

describe('the objects of the Barman Cloud plugin', () => {
  it('are as its documentation has them', () => {
    expect(objectStore('minio-store', undefined, { destinationPath: 's3://backups/' })).to.deep.equal(documented.store);
    expect(archivingPlugin('minio-store')).to.deep.equal(documented.plugin);
    expect(pluginMethod).to.deep.equal(documented.backup);
    expect(pluginParameters('minio-store', 'cluster-example')).to.deep.equal(documented.origin);
  });

  it('carry a namespace, a retention and a server’s name only where there is one', () => {
    expect(objectStore('s', 'data', {}, '30d')).to.deep.include({
      metadata: { name: 's', namespace: 'data' },
      spec: { retentionPolicy: '30d', configuration: {} },
    });
    expect(archivingPlugin('s', 'old').parameters).to.deep.equal({ barmanObjectName: 's', serverName: 'old' });
  });
});
