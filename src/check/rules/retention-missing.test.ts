import { expect } from 'chai';
import { archivingPlugin, barmanObjectStore, cluster, objectStore, together } from '../example.ts';
import { retentionMissing } from './retention-missing.ts';
import { placesOf } from './try-rule.ts';

describe('retention-missing', () => {
  it('finds it in an ObjectStore and in a Cluster', () => {
    expect(
      placesOf(
        retentionMissing,
        objectStore(`configuration:
  destinationPath: s3://a`),
      ),
    ).to.eql(['configuration:']);
    expect(placesOf(retentionMissing, cluster(`instances: 1${barmanObjectStore}`))).to.eql(['barmanObjectStore:']);
  });

  it('leaves a policy that the Cluster holds in vain to the rule about that', () => {
    const store = objectStore('configuration:\n  destinationPath: s3://a');
    const writing = cluster(`instances: 1${archivingPlugin}\nbackup:\n  retentionPolicy: 30d`);
    expect(placesOf(retentionMissing, writing, store)).to.eql([]);
    expect(placesOf(retentionMissing, writing, store.replace('name: store', 'name: other'))).to.have.length(1);
    expect(placesOf(retentionMissing, cluster(`instances: 1${archivingPlugin}`), store)).to.have.length(1);
  });

  it('raises nothing with a policy, and on a store that is only read', () => {
    for (const text of [
      objectStore(`retentionPolicy: 30d
configuration:
  destinationPath: s3://a`),
      cluster(`instances: 1${archivingPlugin}`),
      together(
        cluster(`instances: 1
bootstrap:
  recovery:
    source: old
externalClusters:
  - name: old
    plugin:
      name: barman-cloud.cloudnative-pg.io
      parameters:
        barmanObjectName: store`),
        objectStore(`configuration:
  destinationPath: s3://a`),
      ),
    ])
      expect(placesOf(retentionMissing, text), text).to.eql([]);
  });
});
